// Package sheet writes tables for spreadsheets: CSV that French Excel and
// LibreOffice open with a double click, in which nothing that a candidate wrote
// can become a formula.
//
// The file is UTF-8 with a byte order mark, its cells are parted by semicolons
// and its lines end with CRLF. A text that a spreadsheet could read as a formula
// gets an apostrophe in front (OWASP, CSV injection); numbers and dates that we
// write ourselves are left as such.
package sheet
