package useragent

import "strings"

// device is one row of the table of devices.
type device struct {
	token string
	need  string // must stand in the agent too
	class string
	brand string
	model string
}

// android is the class of a row whose device only the model can tell.
const android = "android"

// devices is what contract section 8 says of devices, the particular before
// the general: Windows Phones call themselves iPhones and Androids too, and
// televisions are Linux.
var devices = []device{
	{token: "xbox", class: "console", brand: "Microsoft"},
	{token: "playstation", class: "console", brand: "Sony"},
	{token: "nintendo*", class: "console", brand: "Nintendo"},
	{token: "appletv", class: "tv", brand: "Apple", model: "Apple TV"},
	{token: "tvos", class: "tv", brand: "Apple", model: "Apple TV"},
	{token: "aft*", need: "android", class: "tv", brand: "Amazon"},
	{token: "smart-tv", class: "tv"},
	{token: "smarttv", class: "tv"},
	{token: "googletv", class: "tv"},
	{token: "android tv", class: "tv"},
	{token: "hbbtv", class: "tv"},
	{token: "web0s", class: "tv", brand: "LG"},
	{token: "bravia", class: "tv", brand: "Sony"},
	{token: "windows phone", class: "smartphone"},
	{token: "watchos", class: "wearable", brand: "Apple", model: "Apple Watch"},
	{token: "ipad", class: "tablet", brand: "Apple", model: "iPad"},
	{token: "ipod", class: "portable media player", brand: "Apple", model: "iPod"},
	{token: "iphone", class: "smartphone", brand: "Apple", model: "iPhone"},
	{token: "blackberry", class: "smartphone", brand: "BlackBerry"},
	{token: "bb10", class: "smartphone", brand: "BlackBerry"},
	{token: "kindle", class: "tablet", brand: "Amazon"},
	{token: "silk", class: "tablet", brand: "Amazon"},
	{token: "android", class: android},
	{token: "windows nt", class: "desktop"},
	{token: "macintosh", class: "desktop", brand: "Apple"},
	{token: "x11", class: "desktop"},
	{token: "cros", class: "desktop"},
	{token: "linux x86*", class: "desktop"},
}

func (a *Agent) readDevice(t text) {
	for _, d := range devices {
		if !t.has(d.token) || d.need != "" && !t.has(d.need) {
			continue
		}
		a.DeviceName, a.DeviceBrand, a.DeviceModel = d.class, d.brand, d.model
		if d.class == android {
			a.readAndroid(t)
		}
		return
	}
}

// model is what the beginning of an Android model's name tells, in lower case.
type model struct {
	prefix string
	brand  string
	tablet bool // although the agent says Mobile
}

// models has the particular before the general of the same brand.
var models = []model{
	{"sm-t", "Samsung", true},
	{"sm-x", "Samsung", true},
	{"sm-p", "Samsung", true},
	{"sm-", "Samsung", false},
	{"gt-", "Samsung", false},
	{"galaxy", "Samsung", false},
	{"nexus 7", "Google", true},
	{"nexus 9", "Google", true},
	{"nexus 10", "Google", true},
	{"nexus", "Google", false},
	{"pixel c", "Google", true},
	{"pixel tablet", "Google", true},
	{"pixel", "Google", false},
	{"kf", "Amazon", true},
	{"mediapad", "Huawei", true},
	{"huawei", "Huawei", false},
	{"honor", "Honor", false},
	{"lenovo tb", "Lenovo", true},
	{"lenovo", "Lenovo", false},
	{"xoom", "Motorola", true},
	{"moto", "Motorola", false},
	{"redmi pad", "Xiaomi", true},
	{"redmi", "Xiaomi", false},
	{"poco", "Xiaomi", false},
	{"mi ", "Xiaomi", false},
	{"oneplus", "OnePlus", false},
	{"nokia", "Nokia", false},
	{"htc", "HTC", false},
	{"xq-", "Sony", false},
	{"lm-", "LG", false},
	{"lg-", "LG", false},
	{"rmx", "Realme", false},
	{"cph", "OPPO", false},
	{"fairphone", "Fairphone", false},
}

func (a *Agent) readAndroid(t text) {
	a.DeviceName = "tablet"
	a.DeviceModel = androidModel(t)
	known := modelOf(a.DeviceModel)
	a.DeviceBrand = known.brand
	if t.has("mobile") && !known.tablet {
		a.DeviceName = "smartphone"
	}
}

func modelOf(name string) model {
	for _, m := range models {
		if len(name) >= len(m.prefix) && strings.EqualFold(name[:len(m.prefix)], m.prefix) {
			return m
		}
	}
	return model{}
}

// androidModel returns the first part behind "Android 14;" that can be a
// model, without its build number.
func androidModel(t text) string {
	part := comment(t.raw[t.after("android"):])
	for more := true; more; {
		_, part, more = strings.Cut(part, ";")
		name, _, _ := strings.Cut(part, ";")
		name, _, _ = strings.Cut(name, "Build/")
		if name = clean(name); isModel(name) {
			return strings.TrimPrefix(name, "SAMSUNG ")
		}
	}
	return ""
}

// comment returns s up to the parenthesis that closes the one s began in; a
// model may hold parentheses of its own, such as "moto g(7)".
func comment(s string) string {
	depth := 1
	for i := range len(s) {
		switch s[i] {
		case '(':
			depth++
		case ')':
			depth--
		}
		if depth == 0 {
			return s[:i]
		}
	}
	return s
}

// isModel tells a model from what else may stand in its place: the "K" of
// agents that hide the model, a webview's mark, a language or locale, Firefox's
// form factor, "rv:128.0" and the name and version of an app.
func isModel(s string) bool {
	switch strings.ToLower(s) {
	case "mobile", "tablet", "harmonyos":
		return false
	}
	locale := len(s) == 5 && (s[2] == '-' || s[2] == '_')
	return len(s) > 2 && !locale && !strings.HasPrefix(s, "rv:") && !strings.Contains(s, "/")
}
