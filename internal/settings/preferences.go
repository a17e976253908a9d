package settings

import "net/url"

// leastPreferences is the fewest characters of RELAIS_PREFERENCES_SECRET: package
// preference takes no fewer of a parameter's value.
const leastPreferences = 32

// preferencesSecret draws the keys of the links by which people choose their mails.
func (r *reader) preferencesSecret(name string) Secret {
	v := r.secret(name)
	if _, ok := v.Parameter(); !ok && v != "" && len(v) < leastPreferences {
		r.problem(name, "must be at least %d letters and digits, drawn at random (got %d characters): who guesses it chooses for others", leastPreferences, len(v))
		return ""
	}
	return v
}

// preferencesURL is the public address above /preferences/, else that of the local
// page; it travels in mails, and what follows it is a secret.
func (r *reader) preferencesURL(name string, page *url.URL) *url.URL {
	v := r.text(name, "")
	if v == "" {
		if page != nil && private(page) {
			return page
		}
		return nil
	}
	u, err := url.Parse(v)
	switch {
	case err != nil || u.Host == "":
		r.problem(name, "is not a URL: write it as https://relais.example, without /preferences")
	case u.User != nil || u.RawQuery != "" || u.Fragment != "":
		r.problem(name, "holds a user, a query or a fragment: write it as https://relais.example, without /preferences")
	case !private(u):
		r.problem(name, "must start with https:// (http:// is accepted for this machine only)")
	default:
		return u
	}
	return nil
}

// private tells that nobody on the way reads what is asked of an address.
func private(u *url.URL) bool {
	return u.Scheme == "https" || u.Scheme == "http" && Loopback(u.Hostname())
}
