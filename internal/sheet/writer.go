package sheet

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"
)

const (
	byteOrderMark = "\ufeff" // without it Excel reads the file in the machine's own encoding
	separator     = ";"      // the comma is the decimal sign in French
	lineEnd       = "\r\n"
)

var errNoColumn = errors.New("a sheet needs at least one column")

// Writer writes one table. It is not safe for concurrent use.
type Writer struct {
	out     *bufio.Writer
	columns int
}

// New begins a table with the titles of its columns, of which there must be one at
// least. The caller flushes the Writer in the end and closes w itself.
func New(w io.Writer, header ...string) (*Writer, error) {
	if len(header) == 0 {
		return nil, errNoColumn
	}
	sheet := &Writer{out: bufio.NewWriter(w), columns: len(header)}
	if _, err := sheet.out.WriteString(byteOrderMark); err != nil {
		return nil, fmt.Errorf("write a sheet: %w", err)
	}
	cells := make([]Cell, len(header))
	for i, title := range header {
		cells[i] = Text(title)
	}
	if err := sheet.Row(cells...); err != nil {
		return nil, err
	}
	return sheet, nil
}

// Row writes one line, with a cell for each column; another number of cells is an
// error and writes nothing.
func (w *Writer) Row(cells ...Cell) error {
	if len(cells) != w.columns {
		return fmt.Errorf("a row of %d cells in a sheet of %d columns", len(cells), w.columns)
	}
	var line strings.Builder
	for i, c := range cells {
		if i > 0 {
			line.WriteString(separator)
		}
		line.WriteString(c.field())
	}
	if line.Len() == 0 { // an empty line is no row
		line.WriteString(`""`)
	}
	line.WriteString(lineEnd)
	if _, err := w.out.WriteString(line.String()); err != nil {
		return fmt.Errorf("write a sheet: %w", err)
	}
	return nil
}

// Flush hands over what is still held back, and gives the first error of all the
// writing.
func (w *Writer) Flush() error {
	if err := w.out.Flush(); err != nil {
		return fmt.Errorf("write a sheet: %w", err)
	}
	return nil
}
