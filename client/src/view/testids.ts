// The hooks by which tests find what matters. Raw numbers stand in data attributes beside the formatted text:
// data-words on own-words, total, board-row and results-row; data-left (whole seconds) on timer; data-phase on phase and
// room: "not started", "begins soon", "writing", "counts coming in", "results", "cancelled".
export const T = {
  nameInput: "name-input",
  nameSubmit: "name-submit",
  roomTitle: "room-title-input",
  visibility: "visibility-select",
  createRoom: "create-room",
  publicRoom: "public-room",
  publicJoin: "public-join",

  room: "room",
  copyLink: "copy-link",
  linkText: "link-text",
  startForm: "start-form",
  /** Radio buttons named "minutes", values "15", "20", "25", "other". */
  startMinutes: "start-minutes",
  startMinutesOther: "start-minutes-other",
  /** Radio buttons named "when", values "0", "60", "120", "300" (seconds from now) or "at:<ms>" (a clock start). */
  startWhen: "start-when",
  startButton: "start-button",
  timer: "timer",
  phase: "phase",
  editor: "editor",
  ownCount: "own-count",
  ownWords: "own-words",
  saved: "saved",
  board: "board",
  /** data-slot, data-words, data-rank, data-me ("true" on the writer's own). */
  boardRow: "board-row",
  boardAll: "board-all",
  sheetToggle: "sheet-toggle",
  total: "total",
  wayTyped: "way-typed",
  wayTotal: "way-total",
  wayNew: "way-new",
  startTotal: "start-total-input",
  reportInput: "report-input",
  reportSubmit: "report-submit",
  reportNotice: "report-notice",
  didYouMean: "did-you-mean",
  undo: "undo",
  done: "done-button",
  results: "results",
  /** data-slot, data-words, data-rank, data-late ("true"). */
  resultsRow: "results-row",
  anotherRound: "another-round",
  joinButton: "join-button",
  watchButton: "watch-button",
  leaveButton: "leave-button",
  extend: "extend-sprint",
  /** Cancel, end and remove ask once: a second button, `confirm`, then does it. */
  cancel: "cancel-sprint",
  end: "end-sprint",
  remove: "remove-writer",
  /** Shows a remove button in each row. */
  tend: "tend-writers",
  confirm: "confirm",
  cheer: "cheer",
  linkState: "link-state",
  closed: "closed",
  shortcuts: "shortcuts",
  announcePolite: "announce-polite",
  announceNow: "announce-now",
  soundSwitch: "sound-switch",

  streakNumber: "streak-number",
  streakState: "streak-state",
  streakWhy: "streak-why",
  /** data-day, data-status. */
  streakDay: "streak-day",
  heatmap: "heatmap",
  /** data-day, data-words, data-bin (0..4). */
  heatDay: "heat-day",
  historyTotal: "history-total",
  /** data-session, data-day, data-words, data-late. */
  sessionRow: "session-row",

  zone: "zone-select",
  zoneQuestion: "zone-question",
  rollover: "rollover-select",
  settingsSave: "settings-save",
  settingsSaved: "settings-saved",
} as const;
