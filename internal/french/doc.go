// Package french writes days, clocks, counts and amounts as French readers
// expect them, after the usage of the Imprimerie nationale (Lexique des règles
// typographiques): a number stays on the line of what it counts, thousands
// stand apart, and double punctuation is never parted from its word.
//
// It is pure. What has no value, such as the zero Day or an amount that is not
// a number, is written as nothing.
package french
