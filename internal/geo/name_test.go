package geo

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestCountriesAreNamedInTheLocale(t *testing.T) {
	for _, c := range []struct{ code, locale, want string }{
		{"se", "en", "Sweden"},
		{"SE", "en", "Sweden"},
		{"de", "de", "Deutschland"},
		{"de", "fr", "Allemagne"},
		{"de", "pt-br", "Alemanha"},
		{"de", "pt_BR", "Alemanha"},
		{"jp", "ja", "日本"},
		{"de", "zh-cn", "德国"},
		{"de", "zh-tw", "德國"},
		{"us", "es", "Estados Unidos"},
		{"--", "en", "Unknown"},
		{"--", "", "Unknown"},
		{"--", "de", "Unbekannt"},
		{"--", "de-at", "Unbekannt"},
		{"--", "pt-br", "Desconhecido"},
		{"--", "zh-cn", "未知"},
		{"--", "zh-tw", "未知"},
		{"--", "no", "Ukjent"},
		{"--", "nb", "Ukjent"},
		{"--", "sq", "Unknown"}, // Albanian countries, but no word
		{"de", "sq", "Gjermani"},
		{"", "en", "Unknown"},
		{"qj", "de", "Unbekannt"},
		{"deu", "en", "Unknown"},
		{"049", "en", "Unknown"},
	} {
		if got := CountryName(c.code, c.locale); got != c.want {
			t.Errorf("%q in %q: got %q, want %q", c.code, c.locale, got, c.want)
		}
	}
}

func TestALocaleThatIsNotKnownGivesEnglish(t *testing.T) {
	for _, locale := range []string{"", "xx", "tlh", "english please", "../../etc", "\xff", "en;q=0.8", strings.Repeat("de-", 4000)} {
		if got := CountryName("de", locale); got != "Germany" {
			t.Errorf("%q: got %q", locale, got)
		}
		if got := CountryName(Unknown, locale); got != "Unknown" {
			t.Errorf("%q: got %q", locale, got)
		}
	}
}

func TestTheLocalesOfClientsDoNotFillTheMemory(t *testing.T) {
	for i := range 3 * maxCached {
		CountryName("de", fmt.Sprintf("de-x-%d", i))
		if n := len(cache.names); n > maxCached {
			t.Fatalf("%d locales are remembered", n)
		}
	}
}

func FuzzCountryName(f *testing.F) {
	f.Add("de", "pt-br")
	f.Add("--", "zh-Hant-TW-u-co-pinyin-x-private")
	f.Add("\x00\xff", "i-default")
	f.Fuzz(func(t *testing.T, code, locale string) {
		if got := CountryName(code, locale); got == "" || !utf8.ValidString(got) {
			t.Errorf("%q in %q: got %q", code, locale, got)
		}
	})
}

func BenchmarkCountryName(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		CountryName("de", "pt-br")
	}
}
