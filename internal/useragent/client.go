package useragent

// client is one row of the table of clients.
type client struct {
	token string
	need  string // must stand in the agent too
	code  string
	name  string
	// mobile names the row's twin on a phone; zero where there is none.
	mobile twin
	engine *engine // nil for libraries
	// version is the token whose number is the client's version, where it is
	// not the row's own.
	version string
}

type twin struct {
	code, name string
	on         func(t text, osCode string) bool
}

// engine is a renderer and the tokens that tell its version.
type engine struct {
	name   string
	tokens []string
	own    bool // without a token, the engine is as old as the client
}

var chrome = []string{"chrome", "chromium", "headlesschrome"}

var (
	blink   = &engine{name: "Blink", tokens: chrome, own: true}
	webkit  = &engine{name: "WebKit", tokens: []string{"applewebkit"}}
	gecko   = &engine{name: "Gecko", own: true}
	trident = &engine{name: "Trident", tokens: []string{"trident"}}
	presto  = &engine{name: "Presto", tokens: []string{"presto"}}
	// either stands for Blink if there is a Chrome token, else for WebKit.
	either = &engine{}
)

// clients is the table of contract section 8, in its order.
var clients = []client{
	{token: "edg", code: "PS", name: "Microsoft Edge", engine: blink},
	{token: "edga", code: "PS", name: "Microsoft Edge", engine: blink},
	{token: "edgios", code: "PS", name: "Microsoft Edge", engine: blink},
	{token: "edge", code: "PS", name: "Microsoft Edge", engine: blink},
	{token: "opera mini", code: "OI", name: "Opera Mini", engine: presto},
	{token: "opr", code: "OP", name: "Opera", engine: blink, mobile: twin{"OM", "Opera Mobile", handheld}},
	{token: "opera", code: "OP", name: "Opera", engine: blink, mobile: twin{"OM", "Opera Mobile", handheld}},
	{token: "samsungbrowser", code: "SB", name: "Samsung Browser", engine: blink},
	{token: "crios", code: "CI", name: "Chrome Mobile iOS", engine: webkit},
	{token: "fxios", code: "F1", name: "Firefox Mobile iOS", engine: webkit},
	{token: "coc_coc_browser", code: "CC", name: "Coc Coc", engine: either},
	{token: "vivaldi", code: "VI", name: "Vivaldi", engine: either},
	{token: "yabrowser", code: "YA", name: "Yandex Browser", engine: either},
	{token: "brave", code: "BR", name: "Brave", engine: either},
	{token: "whale", code: "WH", name: "Whale Browser", engine: either},
	{token: "ucbrowser", code: "UC", name: "UC Browser", engine: either},
	{token: "qqbrowser", code: "QQ", name: "QQ Browser", engine: either},
	{token: "mqqbrowser", code: "QQ", name: "QQ Browser", engine: either},
	{token: "duckduckgo", code: "DD", name: "DuckDuckGo Privacy Browser", engine: either},
	{token: "silk", code: "MS", name: "Mobile Silk", engine: either},
	{token: "focus", need: "chrome", code: "FK", name: "Firefox Focus", engine: either},
	{token: "huaweibrowser", code: "HP", name: "Huawei Browser", engine: either, mobile: twin{"HU", "Huawei Browser Mobile", handheld}},
	{token: "; wv)", code: "CV", name: "Chrome Webview", engine: blink, version: "chrome"},
	{token: "version/4.0 chrome/", code: "CV", name: "Chrome Webview", engine: blink, version: "chrome"},
	{token: "chrome", code: "CH", name: "Chrome", engine: blink, mobile: twin{"CM", "Chrome Mobile", handheld}},
	{token: "chromium", code: "CH", name: "Chrome", engine: blink, mobile: twin{"CM", "Chrome Mobile", handheld}},
	{token: "headlesschrome", code: "CH", name: "Chrome", engine: blink, mobile: twin{"CM", "Chrome Mobile", handheld}},
	{token: "firefox", code: "FF", name: "Firefox", engine: gecko, mobile: twin{"FM", "Firefox Mobile", handheld}},
	{token: "safari", need: "applewebkit", code: "SF", name: "Safari", engine: webkit, version: "version", mobile: twin{"MF", "Mobile Safari", onIOS}},
	{token: "msie", code: "IE", name: "Internet Explorer", engine: trident},
	{token: "trident", need: "rv:", code: "IE", name: "Internet Explorer", engine: trident, version: "rv"},
	{token: "curl/", name: "curl"},
	{token: "wget/", name: "Wget"},
	{token: "postmanruntime/", name: "Postman Runtime"},
	{token: "okhttp/", name: "OkHttp"},
	{token: "dart/", name: "Dart"},
	{token: "guzzlehttp/", name: "Guzzle"},
	{token: "python-requests/", name: "Python Requests"},
	{token: "python-urllib/", name: "Python urllib"},
	{token: "aiohttp/", name: "aiohttp"},
	{token: "go-http-client/", name: "Go-http-client"},
	{token: "node-fetch/", name: "Node Fetch"},
	{token: "axios/", name: "Axios"},
	{token: "httpie/", name: "HTTPie"},
	{token: "apache-httpclient/", name: "Apache HTTP Client"},
	{token: "java-http-client/", name: "Java HTTP Client"},
	{token: "java/", name: "Java"},
	{token: "got/", name: "got"},
}

func (a *Agent) readClient(t text) {
	for _, c := range clients {
		end := t.after(c.token)
		if end < 0 || c.need != "" && !t.has(c.need) {
			continue
		}
		version := t.number(end)
		if c.version != "" {
			version = t.version(c.version)
		}
		a.nameClient(t, c)
		a.ClientVersion = twoParts(version)
		a.readEngine(t, c.engine, version)
		return
	}
}

func (a *Agent) nameClient(t text, c client) {
	a.ClientType, a.ClientCode, a.ClientName = "browser", c.code, c.name
	if c.engine == nil {
		a.ClientType = "library"
	}
	if c.mobile.on != nil && c.mobile.on(t, a.OSCode) {
		a.ClientCode, a.ClientName = c.mobile.code, c.mobile.name
	}
}

func (a *Agent) readEngine(t text, e *engine, own string) {
	if e == nil {
		return
	}
	if e == either {
		e = webkit
		if t.hasAny(chrome) {
			e = blink
		}
	}
	a.ClientEngine = e.name
	a.ClientEngineVersion = t.version(e.tokens...)
	if a.ClientEngineVersion == "" && e.own {
		a.ClientEngineVersion = own
	}
}

func handheld(t text, _ string) bool { return t.has("mobile") || t.has("android") }

func onIOS(_ text, osCode string) bool { return osCode == "IOS" || osCode == "IPA" }
