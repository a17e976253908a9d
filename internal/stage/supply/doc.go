// Package supply proves where the binaries come from: that the same source gives
// the same packages wherever it is built, what is linked and under which licences
// (infra/licences.md, which `make licences` writes), and that the bill of materials
// of `make sbom` names all of it.
//
// It has tests only.
package supply
