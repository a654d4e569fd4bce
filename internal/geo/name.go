package geo

import (
	"sync"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
)

const (
	// maxLocale is the longest locale that is looked at, in bytes: what RFC
	// 5646 section 4.4.1 asks implementations to hold.
	maxLocale = 35
	// maxCached bounds the locales remembered at a time; clients choose them.
	maxCached = 256
)

// CountryName returns the name of a country in a locale, such as "de", "pt-br"
// or "zh-cn" (header X-Appwrite-Locale). A code that is no country gives the
// locale's word for unknown. A locale that is not known gives English.
func CountryName(code, locale string) string {
	n := namesIn(locale)
	region, err := language.ParseRegion(code)
	if err != nil || len(code) != 2 {
		return n.unknown
	}
	if name := n.regions.Name(region); name != "" {
		return name
	}
	if name := english.regions.Name(region); name != "" {
		return name
	}
	return n.unknown
}

// names is what countries are called in one locale.
type names struct {
	regions display.Namer
	unknown string
}

var english = names{regions: display.Regions(language.English), unknown: unknown["en"]}

// unknown is the word for a country that is not known, by language. CLDR has
// "unknown region" only, which is not what the contract says in English.
var unknown = map[string]string{
	"ar": "غير معروف",
	"bg": "Неизвестно",
	"cs": "Neznámé",
	"da": "Ukendt",
	"de": "Unbekannt",
	"el": "Άγνωστο",
	"en": "Unknown",
	"es": "Desconocido",
	"fi": "Tuntematon",
	"fr": "Inconnu",
	"he": "לא ידוע",
	"hi": "अज्ञात",
	"hu": "Ismeretlen",
	"id": "Tidak diketahui",
	"it": "Sconosciuto",
	"ja": "不明",
	"ko": "알 수 없음",
	"nb": "Ukjent",
	"nl": "Onbekend",
	"no": "Ukjent",
	"pl": "Nieznany",
	"pt": "Desconhecido",
	"ro": "Necunoscut",
	"ru": "Неизвестно",
	"sk": "Neznáme",
	"sv": "Okänd",
	"th": "ไม่ทราบ",
	"tr": "Bilinmiyor",
	"uk": "Невідомо",
	"vi": "Không xác định",
	"zh": "未知",
}

var cache = struct {
	sync.RWMutex
	names map[string]names
}{names: map[string]names{}}

// namesIn finds a locale's names. To match a locale with the languages there
// are costs far more than to name a country, so the answer is remembered.
func namesIn(locale string) names {
	if locale == "" || len(locale) > maxLocale {
		return english
	}
	cache.RLock()
	n, ok := cache.names[locale]
	cache.RUnlock()
	if ok {
		return n
	}
	n = match(locale)
	cache.Lock()
	defer cache.Unlock()
	if len(cache.names) >= maxCached {
		clear(cache.names)
	}
	cache.names[locale] = n
	return n
}

func match(locale string) names {
	tag, err := language.Parse(locale)
	if err != nil {
		return english
	}
	regions := display.Regions(tag)
	if regions == nil {
		return english
	}
	n := names{regions: regions, unknown: english.unknown}
	base, _ := tag.Base()
	if word, ok := unknown[base.String()]; ok {
		n.unknown = word
	}
	return n
}
