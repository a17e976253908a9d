package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"
	"golang.org/x/crypto/bcrypt"
	"golang.org/x/term"

	"relais/internal/settings"
)

const (
	shortestPassword = 12 // characters
	longestPassword  = 72 // bytes: bcrypt looks no further
)

func passwordCommand(g *globals) *cobra.Command {
	return &cobra.Command{
		Use:   "password",
		Short: "make the hash of a password for the page",
		Long: `password asks twice for a password, without showing it, and prints its hash for
RELAIS_CONSOLE_PASSWORD_HASH. Without a terminal it reads the password from one line
of standard input. In a settings file, write the hash between single quotes.`,
		Example: "  relais password",
		RunE: func(cmd *cobra.Command, _ []string) error {
			password, err := g.askPassword(cmd.InOrStdin())
			if err != nil {
				return usageError{err}
			}
			hash, err := bcrypt.GenerateFromPassword(password, settings.PasswordCost)
			if err != nil {
				return err
			}
			fmt.Fprintf(g.out, "%s\n", hash)
			return nil
		},
	}
}

func (g *globals) askPassword(in io.Reader) ([]byte, error) {
	file, ok := in.(*os.File)
	if !ok || !term.IsTerminal(int(file.Fd())) {
		return lineOf(in)
	}
	first, err := g.hidden(file, "Password: ")
	if err != nil {
		return nil, err
	}
	if err := goodPassword(first); err != nil {
		return nil, err
	}
	second, err := g.hidden(file, "Once more: ")
	if err != nil {
		return nil, err
	}
	if string(first) != string(second) {
		return nil, errors.New("the two passwords differ")
	}
	return first, nil
}

func (g *globals) hidden(file *os.File, prompt string) ([]byte, error) {
	fmt.Fprint(g.err, prompt)
	password, err := term.ReadPassword(int(file.Fd()))
	fmt.Fprintln(g.err)
	if err != nil {
		return nil, errors.New("the password could not be read from the terminal")
	}
	return password, nil
}

// lineOf reads one line; a second one would be a mistake nobody sees.
func lineOf(in io.Reader) ([]byte, error) {
	all, err := io.ReadAll(io.LimitReader(bufio.NewReader(in), 4096))
	if err != nil {
		return nil, errors.New("the password could not be read from standard input")
	}
	line := strings.TrimSuffix(strings.TrimSuffix(string(all), "\n"), "\r")
	if strings.ContainsAny(line, "\r\n") {
		return nil, errors.New("standard input must hold the password on one line, and nothing else")
	}
	return []byte(line), goodPassword([]byte(line))
}

func goodPassword(password []byte) error {
	switch n := utf8.RuneCount(password); {
	case n < shortestPassword:
		return fmt.Errorf("the password must have at least %d characters (got %d): some words drawn at random are easy to keep in mind", shortestPassword, n)
	case len(password) > longestPassword:
		return fmt.Errorf("the password must have at most %d bytes (got %d)", longestPassword, len(password))
	}
	return nil
}
