// How a writer counts: the ways, and the form for who writes elsewhere.
export { ReportForm } from "./report";
export { Ways } from "./ways";
