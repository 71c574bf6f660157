// The hooks by which tests find what matters. Raw numbers stand in data attributes beside the formatted text:
// data-words on own-words, total, board-row and results-row; data-left (whole seconds) on timer; data-phase on phase and
// room: "not started", "begins soon", "writing", "counts coming in", "results", "cancelled".
// Constants of their own rather than one object: each ends up where it is used, and the first page carries no others.

export const nameInput = "name-input";
export const nameSubmit = "name-submit";
export const signIn = "sign-in";
/** Whoever was here has been signed out. */
export const signedOut = "signed-out";
export const codeInput = "code-input";
/** data-here: whether it is this one. */
export const device = "device";
export const signOutHere = "sign-out-here";
export const signOutDevice = "sign-out-device";
export const signOutOthers = "sign-out-others";
export const anotherShow = "another-show";
export const anotherCode = "another-code";
export const anotherSaid = "another-said";
export const roomTitle = "room-title-input";
export const visibility = "visibility-select";
export const createRoom = "create-room";
export const publicRoom = "public-room";
export const publicJoin = "public-join";

export const room = "room";
export const copyLink = "copy-link";
export const linkText = "link-text";
export const startForm = "start-form";
/** Radio buttons named "minutes", values "15", "20", "25", "other". */
export const startMinutes = "start-minutes";
export const startMinutesOther = "start-minutes-other";
/** Radio buttons named "when", values "0", "60", "120", "300" (seconds from now) or "at:<ms>" (a clock start). */
export const startWhen = "start-when";
export const startButton = "start-button";
export const timer = "timer";
export const phase = "phase";
export const editor = "editor";
export const ownCount = "own-count";
export const ownWords = "own-words";
export const saved = "saved";
export const board = "board";
/** data-slot, data-words, data-rank, data-me ("true" on the writer's own). */
export const boardRow = "board-row";
export const boardAll = "board-all";
export const everybody = "everybody";
export const everybodyRow = "everybody-row";
export const findWriter = "find-writer";
export const sheetToggle = "sheet-toggle";
export const total = "total";
export const wayTyped = "way-typed";
export const wayTotal = "way-total";
export const wayNew = "way-new";
export const startTotal = "start-total-input";
export const reportInput = "report-input";
export const reportSubmit = "report-submit";
export const reportNotice = "report-notice";
export const didYouMean = "did-you-mean";
export const undo = "undo";
export const done = "done-button";
export const results = "results";
/** data-slot, data-words, data-rank, data-late ("true"). */
export const resultsRow = "results-row";
/** data-best: sprint, rate, day or week. */
export const beaten = "beaten";
export const anotherRound = "another-round";
export const correct = "correct-count";
export const joinButton = "join-button";
export const watchButton = "watch-button";
export const leaveButton = "leave-button";
export const extend = "extend-sprint";
/** Cancel, end and remove ask once: a second button, `confirm`, then does it. */
export const cancel = "cancel-sprint";
export const end = "end-sprint";
export const remove = "remove-writer";
/** Shows a remove button in each row. */
export const tend = "tend-writers";
export const confirm = "confirm";
export const cheer = "cheer";
export const linkState = "link-state";
export const closed = "closed";
export const shortcuts = "shortcuts";
export const announcePolite = "announce-polite";
export const announceNow = "announce-now";
export const soundSwitch = "sound-switch";

export const streakNumber = "streak-number";
export const streakState = "streak-state";
/** data-weeks, data-days (of this week). */
export const streakWeeks = "streak-weeks";
export const streakBack = "streak-back";
export const streakMilestone = "streak-milestone";
/** Hides the streak, or shows it. */
export const streakSwitch = "streak-switch";
export const streakWhy = "streak-why";
/** data-day, data-status. */
export const streakDay = "streak-day";
export const heatmap = "heatmap";
/** data-day, data-words, data-bin (0..4). */
export const heatDay = "heat-day";
export const historyTotal = "history-total";
/** What the day chosen in the heat map came to; data-day. */
export const heatText = "heat-text";
/** Shows the sessions of the day chosen in the heat map. */
export const heatOpen = "heat-open";
/** Radio buttons, values day, week, month, year. */
export const barsBy = "bars-by";
/** data-first. */
export const barsRange = "bars-range";
/** data-best: sprint, rate, day, week or hour. */
export const best = "best";
/** data-session, data-day, data-words, data-late. */
export const sessionRow = "session-row";
export const sessionEdit = "session-edit";
export const sessionForm = "session-form";
/** Of a session's field, before its name: field-words, field-minutes, field-note, field-project, field-amount. */
export const fieldOf = "field-";
export const sessionSave = "session-save";
export const sessionRemove = "session-remove";
/** The line that stays of a removed session; data-session. */
export const sessionGone = "session-gone";
export const sessionUndo = "session-undo";
export const sessionsFind = "sessions-find";
export const sessionsMore = "sessions-more";
/** Shows the sessions that were removed. */
export const sessionsRemoved = "sessions-removed";
export const sessionsAll = "sessions-all";
/** Opens the form to add a session by hand. */
export const addSession = "add-session";
/** What an added session will count for. */
export const addHint = "add-hint";
export const addSubmit = "add-submit";
export const yearTotal = "year-total";

export const zone = "zone-select";
export const zoneQuestion = "zone-question";
export const zoneKeep = "zone-keep";
export const zoneChange = "zone-change";
/** Checkboxes, values 0 (Monday) to 6. */
export const dayOff = "day-off";
/** data-first, data-last, data-state. */
export const restRow = "rest-row";
export const restFirst = "rest-first";
export const restLast = "rest-last";
export const restBook = "rest-book";
export const restCancel = "rest-cancel";
export const restUndo = "rest-undo";
export const rollover = "rollover-select";
export const settingsSave = "settings-save";
export const settingsSaved = "settings-saved";

/** data-project, data-total, data-need (empty where nothing can be asked), data-chosen ("true"). */
export const projectCard = "project-card";
export const projectForm = "project-form";
export const projectTitle = "project-title";
export const projectTarget = "project-target";
export const projectDeadline = "project-deadline";
export const projectSave = "project-save";
export const projectChoose = "project-choose";
export const projectArchive = "project-archive";
export const projectUndo = "project-undo";
/** data-total, data-need. */
export const projectFigures = "project-figures";
export const projectChart = "project-chart";
export const projectDay = "project-day";

export const importFile = "import-file";
export const importPaste = "import-paste";
export const importLook = "import-look";
/** data-sessions, data-already: how many are new, how many are there. */
export const importPreview = "import-preview";
/** Radio buttons, values "dmy" and "mdy"; "daily" and "totals". */
export const importDates = "import-dates";
export const importCounts = "import-counts";
export const importProject = "import-project";
export const importRun = "import-run";
export const importStop = "import-stop";
/** data-sessions. */
export const importDone = "import-done";
/** data-import. */
export const importRow = "import-row";
export const importUndo = "import-undo";
export const mineProject = "mine-project";
export const mineIntention = "mine-intention";
/** Radio buttons with the values "done", "partly", "not". */
export const mineOutcome = "mine-outcome";
/** A button; then the field that it opens. */
export const mineNote = "mine-note";

/** data-period, data-done, data-target. */
export const goal = "goal";
export const goalPeriod = "goal-period";
export const goalTarget = "goal-target";
export const goalSet = "goal-set";
export const goalDrop = "goal-drop";
export const goalUndo = "goal-undo";
/** What keeps a history, in a sentence. */
export const keptBy = "kept-by";
export const passkey = "passkey";
export const passkeyAdd = "passkey-add";
export const passkeyName = "passkey-name";
export const passkeyRename = "passkey-rename";
export const passkeyRemove = "passkey-remove";
/** Why this page can have no passkeys. */
export const passkeyHindrance = "passkey-hindrance";
export const freshConfirm = "fresh-confirm";
/** The same at the OpenID provider. */
export const freshOpenid = "fresh-openid";
export const identity = "identity";
export const identityAdd = "identity-add";
export const identityRemove = "identity-remove";
export const signInOpenid = "sign-in-openid";
/** Why the provider's answer did not do. */
export const openidRefused = "openid-refused";
export const openidOnward = "openid-onward";
/** data-left. */
export const codesLeft = "codes-left";
export const codesMake = "codes-make";
export const codes = "codes";
export const codesDone = "codes-done";
/** data-what. */
export const auditLine = "audit-line";
export const signInPasskey = "sign-in-passkey";
export const recoveryInput = "recovery-input";
export const signInRecovery = "sign-in-recovery";
/** On the front page: to whoever has been here before. */
export const hereBefore = "here-before";
/** data-merged. */
export const merge = "merge";
export const mergeAsk = "merge-ask";
export const mergeBring = "merge-bring";
export const mergeLeave = "merge-leave";
export const mergeUndo = "merge-undo";
export const mergeDid = "merge-did";
export const mergeOpen = "merge-open";
export const mergeLink = "merge-link";
/** data-scopes. */
export const token = "token";
/** Opens the form to make one. */
export const tokenNew = "token-new";
export const tokenName = "token-name";
/** Checkboxes, values as in protocol/tokens.py. */
export const tokenScope = "token-scope";
export const tokenMake = "token-make";
export const tokenSecret = "token-secret";
export const tokenDone = "token-done";
export const tokenRevoke = "token-revoke";
export const exportCsv = "export-csv";
export const exportJson = "export-json";
export const archive = "archive";
export const deleteName = "delete-name";
export const deleteMe = "delete-me";
export const calendarMake = "calendar-make";
export const calendarRevoke = "calendar-revoke";
