package useragent

import "strings"

// system is one row of the table of operating systems.
type system struct {
	token string
	code  string
	name  string
	// version reads what follows the token's end; nil where the contract
	// gives no version.
	version func(t text, end int) string
	need    []string // one of these must stand in the agent too
	unless  string   // and this must not
}

var linux = []string{"linux", "x11"}

// systems is the table of contract section 8, in its order.
var systems = []system{
	{token: "windows phone os", code: "WPH", name: "Windows Phone", version: text.number},
	{token: "windows phone", code: "WPH", name: "Windows Phone", version: text.number},
	{token: "windows nt", code: "WIN", name: "Windows", version: windowsVersion},
	{token: "openharmony", code: "OHS", name: "OpenHarmony", version: text.number},
	{token: "harmonyos", code: "HAR", name: "HarmonyOS", version: text.number},
	{token: "appletv", code: "ATV", name: "tvOS", version: appleVersion},
	{token: "tvos", code: "ATV", name: "tvOS", version: appleVersion},
	{token: "watchos", code: "WAS", name: "watchOS", version: appleVersion},
	{token: "ipad", code: "IPA", name: "iPadOS", version: appleVersion},
	{token: "iphone", code: "IOS", name: "iOS", version: appleVersion},
	{token: "ipod", code: "IOS", name: "iOS", version: appleVersion},
	{token: "android", code: "FIR", name: "Fire OS", need: []string{"silk/", "kf*", "aft*"}},
	{token: "android", code: "AND", name: "Android", version: text.number},
	{token: "kaios", code: "KOS", name: "KaiOS", version: text.number},
	{token: "tizen", code: "TIZ", name: "Tizen", version: text.number},
	{token: "cros x86_64", code: "COS", name: "Chrome OS", version: text.number},
	{token: "cros aarch64", code: "COS", name: "Chrome OS", version: text.number},
	{token: "cros armv7l", code: "COS", name: "Chrome OS", version: text.number},
	{token: "cros", code: "COS", name: "Chrome OS", version: text.number},
	{token: "web0s", code: "WOS", name: "webOS", version: text.number},
	{token: "webos", code: "WOS", name: "webOS", version: text.number},
	{token: "sailfish", code: "SAF", name: "Sailfish OS"},
	{token: "blackberry", code: "BLB", name: "BlackBerry OS"},
	{token: "bb10", code: "BLB", name: "BlackBerry OS"},
	{token: "nintendo*", code: "WII", name: "Nintendo"},
	{token: "playstation", code: "PS3", name: "PlayStation"},
	{token: "ubuntu", code: "UBT", name: "Ubuntu", version: text.number, need: linux},
	{token: "kubuntu", code: "KBT", name: "Kubuntu", version: text.number, need: linux},
	{token: "xubuntu", code: "XBT", name: "Xubuntu", version: text.number, need: linux},
	{token: "lubuntu", code: "LBT", name: "Lubuntu", version: text.number, need: linux},
	{token: "linux mint", code: "MIN", name: "Linux Mint", version: text.number},
	{token: "debian", code: "DEB", name: "Debian", version: text.number, need: linux},
	{token: "kali", code: "KAL", name: "Kali", version: text.number, need: linux},
	{token: "raspbian", code: "RAS", name: "Raspbian", version: text.number, need: linux},
	{token: "fedora", code: "FED", name: "Fedora", version: text.number, need: linux},
	{token: "red hat", code: "RHT", name: "Red Hat", version: text.number, need: linux},
	{token: "centos", code: "CES", name: "CentOS", version: text.number, need: linux},
	{token: "rocky", code: "ROC", name: "Rocky", version: text.number, need: linux},
	{token: "arch", code: "ARL", name: "Arch", version: text.number, need: linux},
	{token: "manjaro", code: "MJR", name: "Manjaro", version: text.number, need: linux},
	{token: "gentoo", code: "GNT", name: "Gentoo", version: text.number, need: linux},
	{token: "slackware", code: "SLW", name: "Slackware", version: text.number, need: linux},
	{token: "suse", code: "SSE", name: "SUSE", version: text.number, need: linux},
	{token: "opensuse", code: "SSE", name: "SUSE", version: text.number, need: linux},
	{token: "oracle", code: "ORA", name: "Oracle", version: text.number, need: linux},
	{token: "mac os x", code: "MAC", name: "Mac", version: macVersion, unless: "like mac os x"},
	{token: "linux", code: "LIN", name: "GNU/Linux"},
	{token: "x11", code: "LIN", name: "GNU/Linux"},
}

func (a *Agent) readOS(t text) {
	for _, s := range systems {
		end := t.after(s.token)
		if end < 0 || !s.allows(t) {
			continue
		}
		a.OSCode, a.OSName = s.code, s.name
		if s.version != nil {
			a.OSVersion = s.version(t, end)
		}
		return
	}
}

func (s system) allows(t text) bool {
	return (s.need == nil || t.hasAny(s.need)) && (s.unless == "" || !t.has(s.unless))
}

// windowsReleases gives the kernels the names that people know. Others keep
// their number.
var windowsReleases = map[string]string{
	"10.0": "10", "6.4": "10", "6.3": "8.1", "6.2": "8", "6.1": "7",
	"6.0": "Vista", "5.2": "XP", "5.1": "XP", "5.0": "2000",
}

func windowsVersion(t text, end int) string {
	kernel := t.number(end)
	if release, ok := windowsReleases[kernel]; ok {
		return release
	}
	return kernel
}

func macVersion(t text, end int) string { return twoParts(t.number(end)) }

// appleVersion looks for "OS 17_2" anywhere, also at the end of "iPhone OS" or
// "tvOS": the version seldom follows the device's name.
func appleVersion(t text, _ int) string {
	for rest := 0; ; {
		i := strings.Index(t.low[rest:], "os")
		if i < 0 {
			return ""
		}
		rest += i + len("os")
		if v := t.number(rest); v != "" {
			return v
		}
	}
}
