package useragent

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

// sample is an agent and what it tells: the groups of Agent's fields, joined
// with "|".
type sample struct {
	ua, os, client, device string
}

// golden is what Appwrite's own parser answers (os and client), as recorded
// when this parser was written.
var golden = []sample{
	{"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36", "WIN|Windows|10", "browser|CH|Chrome|126.0|Blink|126.0.0.0", "desktop||"},
	{"Mozilla/5.0 (iPhone; CPU iPhone OS 17_5_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1", "IOS|iOS|17.5.1", "browser|MF|Mobile Safari|17.5|WebKit|605.1.15", "smartphone|Apple|iPhone"},
	{"Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.6478.71 Mobile Safari/537.36", "AND|Android|14", "browser|CM|Chrome Mobile|126.0|Blink|126.0.6478.71", "smartphone|Google|Pixel 8"},
	{"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Safari/605.1.15", "MAC|Mac|10.15", "browser|SF|Safari|17.5|WebKit|605.1.15", "desktop|Apple|"},
	{"Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0", "UBT|Ubuntu|", "browser|FF|Firefox|127.0|Gecko|127.0", "desktop||"},
	{"curl/8.5.0", "||", "library||curl|8.5||", "||"},
	{"AppwriteNodeJSSDK/26.2.0 (linux; x64) Node.js/v20", "LIN|GNU/Linux|", "|||||", "||"},
	{"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36 Edg/126.0.2592.68", "WIN|Windows|10", "browser|PS|Microsoft Edge|126.0|Blink|126.0.0.0", "desktop||"},
	{"Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "||", "|||||", "||"},
	{"Dart/3.4 (dart:io)", "||", "library||Dart|3.4||", "||"},
	{"AppwriteCLI/6.1.0 (linux; x64) Node.js/v20", "LIN|GNU/Linux|", "desktop|cli|Appwrite CLI|6.1.0||", "||"},
}

var systemSamples = []sample{
	{"Mozilla/5.0 (Windows Phone 10.0; Android 6.0.1; Microsoft; Lumia 950) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/52.0.2743.116 Mobile Safari/537.36 Edge/15.15254", "WPH|Windows Phone|10.0", "browser|PS|Microsoft Edge|15.15254|Blink|52.0.2743.116", "smartphone||"},
	{"Mozilla/5.0 (compatible; MSIE 9.0; Windows Phone OS 7.5; Trident/5.0; IEMobile/9.0; NOKIA; Lumia 710)", "WPH|Windows Phone|7.5", "browser|IE|Internet Explorer|9.0|Trident|5.0", "smartphone||"},
	{"Mozilla/5.0 (Windows NT 6.4; WOW64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/36.0.1985.143 Safari/537.36", "WIN|Windows|10", "browser|CH|Chrome|36.0|Blink|36.0.1985.143", "desktop||"},
	{"Mozilla/5.0 (Windows NT 6.3; WOW64; Trident/7.0; rv:11.0) like Gecko", "WIN|Windows|8.1", "browser|IE|Internet Explorer|11.0|Trident|7.0", "desktop||"},
	{"Mozilla/5.0 (compatible; MSIE 10.0; Windows NT 6.2; Trident/6.0)", "WIN|Windows|8", "browser|IE|Internet Explorer|10.0|Trident|6.0", "desktop||"},
	{"Mozilla/5.0 (Windows NT 6.1; WOW64; rv:52.0) Gecko/20100101 Firefox/52.0", "WIN|Windows|7", "browser|FF|Firefox|52.0|Gecko|52.0", "desktop||"},
	{"Mozilla/4.0 (compatible; MSIE 7.0; Windows NT 6.0)", "WIN|Windows|Vista", "browser|IE|Internet Explorer|7.0|Trident|", "desktop||"},
	{"Opera/9.80 (Windows NT 5.2; U; en) Presto/2.12.388 Version/12.18", "WIN|Windows|XP", "browser|OP|Opera|9.80|Blink|9.80", "desktop||"},
	{"Mozilla/4.0 (compatible; MSIE 6.0; Windows NT 5.1; SV1)", "WIN|Windows|XP", "browser|IE|Internet Explorer|6.0|Trident|", "desktop||"},
	{"Mozilla/4.0 (compatible; MSIE 5.5; Windows NT 5.0)", "WIN|Windows|2000", "browser|IE|Internet Explorer|5.5|Trident|", "desktop||"},
	{"Mozilla/4.0 (compatible; MSIE 5.0; Windows NT 4.0)", "WIN|Windows|4.0", "browser|IE|Internet Explorer|5.0|Trident|", "desktop||"},
	{"Mozilla/5.0 (Phone; OpenHarmony 4.1) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/114.0.0.0 Safari/537.36 ArkWeb/4.1.6.1 Mobile", "OHS|OpenHarmony|4.1", "browser|CM|Chrome Mobile|114.0|Blink|114.0.0.0", "||"},
	{"Mozilla/5.0 (Linux; Android 10; HarmonyOS; ELS-AN00; HMSCore 6.13.0.302) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/114.0.5735.196 HuaweiBrowser/14.0.5.303 Mobile Safari/537.36", "HAR|HarmonyOS|", "browser|HU|Huawei Browser Mobile|14.0|Blink|114.0.5735.196", "smartphone||ELS-AN00"},
	{"AppleTV11,1/11.1", "ATV|tvOS|", "|||||", "tv|Apple|Apple TV"},
	{"Example/3.1 (tvOS 16.1; Scale/2.00)", "ATV|tvOS|16.1", "|||||", "tv|Apple|Apple TV"},
	{"Example/3.1 (watchOS 9.1; Watch6,2)", "WAS|watchOS|9.1", "|||||", "wearable|Apple|Apple Watch"},
	{"Mozilla/5.0 (iPad; CPU OS 16_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/16.6 Mobile/15E148 Safari/604.1", "IPA|iPadOS|16.6", "browser|MF|Mobile Safari|16.6|WebKit|605.1.15", "tablet|Apple|iPad"},
	{"Mozilla/5.0 (iPod touch; CPU iPhone OS 12_5_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/12.1.2 Mobile/15E148 Safari/604.1", "IOS|iOS|12.5.7", "browser|MF|Mobile Safari|12.1|WebKit|605.1.15", "portable media player|Apple|iPod"},
	{"Mozilla/5.0 (iPod; U; CPU like Mac OS X; en) AppleWebKit/420.1 (KHTML, like Gecko) Version/3.0 Mobile/3A101a Safari/419.3", "IOS|iOS|", "browser|MF|Mobile Safari|3.0|WebKit|420.1", "portable media player|Apple|iPod"},
	{"Example/2.0 (com.example.app; build:1; iOS 17.2.0) Alamofire/5.8.1", "||", "|||||", "||"},
	{"Mozilla/5.0 (Linux; Android 9; KFTRWI) AppleWebKit/537.36 (KHTML, like Gecko) Silk/108.4.1 like Chrome/108.0.5359.160 Safari/537.36", "FIR|Fire OS|", "browser|MS|Mobile Silk|108.4|Blink|108.0.5359.160", "tablet|Amazon|"},
	{"Mozilla/5.0 (Linux; Android 7.1.2; AFTMM Build/NS6265; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/70.0.3538.110 Mobile Safari/537.36", "FIR|Fire OS|", "browser|CV|Chrome Webview|70.0|Blink|70.0.3538.110", "tv|Amazon|"},
	{"Mozilla/5.0 (Mobile; Nokia_800_Tough; rv:48.0) Gecko/48.0 Firefox/48.0 KAIOS/2.5.2", "KOS|KaiOS|2.5.2", "browser|FM|Firefox Mobile|48.0|Gecko|48.0", "||"},
	{"Mozilla/5.0 (SMART-TV; Linux; Tizen 6.0) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/4.0 Chrome/76.0.3809.146 TV Safari/537.36", "TIZ|Tizen|6.0", "browser|SB|Samsung Browser|4.0|Blink|76.0.3809.146", "tv||"},
	{"Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36", "COS|Chrome OS|14541.0.0", "browser|CH|Chrome|126.0|Blink|126.0.0.0", "desktop||"},
	{"Mozilla/5.0 (X11; CrOS aarch64 15699.85.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/121.0.0.0 Safari/537.36", "COS|Chrome OS|15699.85.0", "browser|CH|Chrome|121.0|Blink|121.0.0.0", "desktop||"},
	{"Mozilla/5.0 (X11; CrOS armv7l 13099.110.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/84.0.4147.136 Safari/537.36", "COS|Chrome OS|13099.110.0", "browser|CH|Chrome|84.0|Blink|84.0.4147.136", "desktop||"},
	{"Mozilla/5.0 (CrOS) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/84.0.4147.136 Safari/537.36", "COS|Chrome OS|", "browser|CH|Chrome|84.0|Blink|84.0.4147.136", "desktop||"},
	{"Mozilla/5.0 (Web0S; Linux/SmartTV) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/94.0.4606.128 Safari/537.36 WebAppManager", "WOS|webOS|", "browser|CH|Chrome|94.0|Blink|94.0.4606.128", "tv||"},
	{"Mozilla/5.0 (webOS/1.4.5; U; en-US) AppleWebKit/532.2 (KHTML, like Gecko) Version/1.0 Safari/532.2 Pre/1.0", "WOS|webOS|1.4.5", "browser|SF|Safari|1.0|WebKit|532.2", "||"},
	{"Mozilla/5.0 (Web0S) AppleWebKit/538.2 (KHTML, like Gecko)", "WOS|webOS|", "|||||", "tv|LG|"},
	{"Mozilla/5.0 (Linux; U; Sailfish 4.5; Mobile; rv:91.0) Gecko/91.0 Firefox/91.0 SailfishBrowser/1.0", "SAF|Sailfish OS|", "browser|FM|Firefox Mobile|91.0|Gecko|91.0", "||"},
	{"Mozilla/5.0 (BlackBerry; U; BlackBerry 9900; en) AppleWebKit/534.11+ (KHTML, like Gecko) Version/7.1.0.346 Mobile Safari/534.11+", "BLB|BlackBerry OS|", "browser|SF|Safari|7.1|WebKit|534.11", "smartphone|BlackBerry|"},
	{"Mozilla/5.0 (BB10; Touch) AppleWebKit/537.10+ (KHTML, like Gecko) Version/10.0.9.2372 Mobile Safari/537.10+", "BLB|BlackBerry OS|", "browser|SF|Safari|10.0|WebKit|537.10", "smartphone|BlackBerry|"},
	{"Mozilla/5.0 (Nintendo Switch; WifiWebAuthApplet) AppleWebKit/609.4 (KHTML, like Gecko) NF/6.0.2.21.3 NintendoBrowser/5.1.0.22474", "WII|Nintendo|", "|||||", "console|Nintendo|"},
	{"Mozilla/5.0 (PlayStation; PlayStation 5/6.00) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/15.4 Safari/605.1.15", "PS3|PlayStation|", "browser|SF|Safari|15.4|WebKit|605.1.15", "console|Sony|"},
	{"Mozilla/5.0 (X11; Ubuntu 22.04; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Ubuntu Chromium/80.0.3987.87 Safari/537.36", "UBT|Ubuntu|22.04", "browser|CH|Chrome|80.0|Blink|80.0.3987.87", "desktop||"},
	{"Mozilla/5.0 (X11; U; Linux i686; de; rv:1.9.0.4) Gecko/2008111318 Kubuntu/8.10 (intrepid) Firefox/3.0.4", "KBT|Kubuntu|8.10", "browser|FF|Firefox|3.0|Gecko|3.0.4", "desktop||"},
	{"Mozilla/5.0 (X11; Xubuntu; Linux x86_64; rv:100.0) Gecko/20100101 Firefox/100.0", "XBT|Xubuntu|", "browser|FF|Firefox|100.0|Gecko|100.0", "desktop||"},
	{"Mozilla/5.0 (X11; Lubuntu; Linux x86_64; rv:100.0) Gecko/20100101 Firefox/100.0", "LBT|Lubuntu|", "browser|FF|Firefox|100.0|Gecko|100.0", "desktop||"},
	{"Mozilla/5.0 (X11; U; Linux i686; en-US; rv:1.9.0.9) Gecko/2009042523 Linux Mint/7 (Gloria) Firefox/3.0.9", "MIN|Linux Mint|7", "browser|FF|Firefox|3.0|Gecko|3.0.9", "desktop||"},
	{"Wget/1.21.3 (linux-gnu) Debian/12", "DEB|Debian|12", "library||Wget|1.21||", "||"},
	{"Mozilla/5.0 (X11; Kali; Linux x86_64; rv:102.0) Gecko/20100101 Firefox/102.0", "KAL|Kali|", "browser|FF|Firefox|102.0|Gecko|102.0", "desktop||"},
	{"Mozilla/5.0 (X11; Linux armv7l) AppleWebKit/537.36 (KHTML, like Gecko) Raspbian Chromium/65.0.3325.181 Chrome/65.0.3325.181 Safari/537.36", "RAS|Raspbian|", "browser|CH|Chrome|65.0|Blink|65.0.3325.181", "desktop||"},
	{"Mozilla/5.0 (X11; U; Linux x86_64; en-US; rv:1.9.1.3) Gecko/20090914 Fedora/3.5.3-1.fc11 Firefox/3.5.3", "FED|Fedora|3.5.3", "browser|FF|Firefox|3.5|Gecko|3.5.3", "desktop||"},
	{"Mozilla/5.0 (X11; U; Linux x86_64; en-US; rv:1.9.2.6) Gecko/20100628 Red Hat/3.6.6-2.el6 Firefox/3.6.6", "RHT|Red Hat|3.6.6", "browser|FF|Firefox|3.6|Gecko|3.6.6", "desktop||"},
	{"Mozilla/5.0 (X11; U; Linux i686; en-US; rv:1.9.2.3) Gecko/20100423 CentOS/3.6.3-3.el5 Firefox/3.6.3", "CES|CentOS|3.6.3", "browser|FF|Firefox|3.6|Gecko|3.6.3", "desktop||"},
	{"python-requests/2.31.0 (Rocky 9.3; Linux)", "ROC|Rocky|9.3", "library||Python Requests|2.31||", "||"},
	{"Mozilla/5.0 (X11; Arch Linux; Linux x86_64; rv:124.0) Gecko/20100101 Firefox/124.0", "ARL|Arch|", "browser|FF|Firefox|124.0|Gecko|124.0", "desktop||"},
	{"Mozilla/5.0 (X11; Linux x86_64; Manjaro; rv:124.0) Gecko/20100101 Firefox/124.0", "MJR|Manjaro|", "browser|FF|Firefox|124.0|Gecko|124.0", "desktop||"},
	{"Mozilla/5.0 (X11; U; Linux x86_64; en-US; rv:1.9.0.3) Gecko/2008092816 Gentoo Firefox/3.0.3", "GNT|Gentoo|", "browser|FF|Firefox|3.0|Gecko|3.0.3", "desktop||"},
	{"Mozilla/5.0 (X11; U; Linux x86_64; en-US) AppleWebKit/532.5 (KHTML, like Gecko) Slackware/13.37 Chrome/4.0.219.3 Safari/532.5", "SLW|Slackware|13.37", "browser|CH|Chrome|4.0|Blink|4.0.219.3", "desktop||"},
	{"Mozilla/5.0 (X11; U; Linux i686; en-US; rv:1.9.0.6) Gecko/2009012700 SUSE/3.0.6-1.4 Firefox/3.0.6", "SSE|SUSE|3.0.6", "browser|FF|Firefox|3.0|Gecko|3.0.6", "desktop||"},
	{"Mozilla/5.0 (X11; openSUSE; Linux x86_64; rv:115.0) Gecko/20100101 Firefox/115.0", "SSE|SUSE|", "browser|FF|Firefox|115.0|Gecko|115.0", "desktop||"},
	{"curl/7.76.1 (Oracle 9; Linux x86_64)", "ORA|Oracle|9", "library||curl|7.76||", "desktop||"},
	{"Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:128.0) Gecko/20100101 Firefox/128.0", "MAC|Mac|10.15", "browser|FF|Firefox|128.0|Gecko|128.0", "desktop|Apple|"},
	{"Mozilla/5.0 (X11; OpenBSD amd64; rv:109.0) Gecko/20100101 Firefox/117.0", "LIN|GNU/Linux|", "browser|FF|Firefox|117.0|Gecko|117.0", "desktop||"},
}

var clientSamples = []sample{
	{"Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Mobile Safari/537.36 EdgA/124.0.2478.64", "AND|Android|10", "browser|PS|Microsoft Edge|124.0|Blink|124.0.0.0", "smartphone||"},
	{"Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.0 EdgiOS/124.0.2478.71 Mobile/15E148 Safari/605.1.15", "IOS|iOS|17.4", "browser|PS|Microsoft Edge|124.0|Blink|124.0.2478.71", "smartphone|Apple|iPhone"},
	{"Opera/9.80 (Android; Opera Mini/36.2.2254/119.132; U; id) Presto/2.12.423 Version/12.16", "AND|Android|", "browser|OI|Opera Mini|36.2|Presto|2.12.423", "tablet||"},
	{"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Safari/537.36 OPR/110.0.0.0", "WIN|Windows|10", "browser|OP|Opera|110.0|Blink|124.0.0.0", "desktop||"},
	{"Mozilla/5.0 (Linux; Android 13; CPH2465) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/122.0.6261.119 Mobile Safari/537.36 OPR/81.4.4292.78446", "AND|Android|13", "browser|OM|Opera Mobile|81.4|Blink|122.0.6261.119", "smartphone|OPPO|CPH2465"},
	{"Opera/9.80 (X11; Linux zvav; U; zh) Presto/2.8.119 Version/11.10", "LIN|GNU/Linux|", "browser|OP|Opera|9.80|Blink|9.80", "desktop||"},
	{"Mozilla/5.0 (Linux; Android 14; SAMSUNG SM-S918B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/25.0 Chrome/121.0.0.0 Mobile Safari/537.36", "AND|Android|14", "browser|SB|Samsung Browser|25.0|Blink|121.0.0.0", "smartphone|Samsung|SM-S918B"},
	{"Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/126.0.6478.35 Mobile/15E148 Safari/604.1", "IOS|iOS|17.5", "browser|CI|Chrome Mobile iOS|126.0|WebKit|605.1.15", "smartphone|Apple|iPhone"},
	{"Mozilla/5.0 (iPad; CPU OS 14_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) FxiOS/127.0 Mobile/15E148 Safari/605.1.15", "IPA|iPadOS|14.5", "browser|F1|Firefox Mobile iOS|127.0|WebKit|605.1.15", "tablet|Apple|iPad"},
	{"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) coc_coc_browser/117.0.188 Chrome/111.0.5563.188 Safari/537.36", "WIN|Windows|10", "browser|CC|Coc Coc|117.0|Blink|111.0.5563.188", "desktop||"},
	{"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Safari/537.36 Vivaldi/6.7.3329.35", "LIN|GNU/Linux|", "browser|VI|Vivaldi|6.7|Blink|124.0.0.0", "desktop||"},
	{"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/122.0.0.0 YaBrowser/24.4.0.0 Safari/537.36", "WIN|Windows|10", "browser|YA|Yandex Browser|24.4|Blink|122.0.0.0", "desktop||"},
	{"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Brave Chrome/80.0.3987.122 Safari/537.36", "LIN|GNU/Linux|", "browser|BR|Brave||Blink|80.0.3987.122", "desktop||"},
	{"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/122.0.0.0 Whale/3.25.232.19 Safari/537.36", "WIN|Windows|10", "browser|WH|Whale Browser|3.25|Blink|122.0.0.0", "desktop||"},
	{"Mozilla/5.0 (Linux; U; Android 9; en-US; Redmi Note 8 Build/PKQ1.190616.001) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/100.0.4896.58 UCBrowser/13.6.8.1316 Mobile Safari/537.36", "AND|Android|9", "browser|UC|UC Browser|13.6|Blink|100.0.4896.58", "smartphone|Xiaomi|Redmi Note 8"},
	{"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/94.0.4606.71 Safari/537.36 QQBrowser/11.9.5355.400", "WIN|Windows|10", "browser|QQ|QQ Browser|11.9|Blink|94.0.4606.71", "desktop||"},
	{"Mozilla/5.0 (iPhone; CPU iPhone OS 16_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/16.0 MQQBrowser/14.0.1 Mobile/15E148 Safari/604.1 QBWebViewUA/2 QBWebViewType/1", "IOS|iOS|16.0", "browser|QQ|QQ Browser|14.0|WebKit|605.1.15", "smartphone|Apple|iPhone"},
	{"Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 DuckDuckGo/7 Safari/605.1.15", "IOS|iOS|17.5", "browser|DD|DuckDuckGo Privacy Browser|7|WebKit|605.1.15", "smartphone|Apple|iPhone"},
	{"Mozilla/5.0 (Linux; Android 12; moto g(7) power Build/S1; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Focus/8.17.1 Chrome/99.0.4844.88 Mobile Safari/537.36", "AND|Android|12", "browser|FK|Firefox Focus|8.17|Blink|99.0.4844.88", "smartphone|Motorola|moto g(7) power"},
	{"Mozilla/5.0 (Windows NT 10.0; WOW64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/92.0.4515.105 HuaweiBrowser/12.1.1.312 Safari/537.36", "WIN|Windows|10", "browser|HP|Huawei Browser|12.1|Blink|92.0.4515.105", "desktop||"},
	{"Mozilla/5.0 (Linux; Android 13; SM-T870 Build/TP1A; wv) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.6099.43 Mobile Safari/537.36", "AND|Android|13", "browser|CV|Chrome Webview|120.0|Blink|120.0.6099.43", "tablet|Samsung|SM-T870"},
	{"Mozilla/5.0 (Linux; Android 4.4.2; Nexus 5 Build/KOT49H) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/30.0.0.0 Mobile Safari/537.36", "AND|Android|4.4.2", "browser|CV|Chrome Webview|30.0|Blink|30.0.0.0", "smartphone|Google|Nexus 5"},
	{"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/124.0.6367.78 Safari/537.36", "LIN|GNU/Linux|", "browser|CH|Chrome|124.0|Blink|124.0.6367.78", "desktop||"},
	{"Mozilla/5.0 (Linux; Android 12; SM-X700) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Safari/537.36", "AND|Android|12", "browser|CM|Chrome Mobile|124.0|Blink|124.0.0.0", "tablet|Samsung|SM-X700"},
	{"Mozilla/5.0 (Android 14; Mobile; rv:127.0) Gecko/127.0 Firefox/127.0", "AND|Android|14", "browser|FM|Firefox Mobile|127.0|Gecko|127.0", "smartphone||"},
	{"Mozilla/5.0 (Android 13; Tablet; rv:121.0) Gecko/121.0 Firefox/121.0", "AND|Android|13", "browser|FM|Firefox Mobile|121.0|Gecko|121.0", "tablet||"},
	{"PostmanRuntime/7.39.0", "||", "library||Postman Runtime|7.39||", "||"},
	{"okhttp/4.12.0", "||", "library||OkHttp|4.12||", "||"},
	{"GuzzleHttp/7", "||", "library||Guzzle|7||", "||"},
	{"Python-urllib/3.11", "||", "library||Python urllib|3.11||", "||"},
	{"Python/3.11 aiohttp/3.9.5", "||", "library||aiohttp|3.9||", "||"},
	{"Go-http-client/1.1", "||", "library||Go-http-client|1.1||", "||"},
	{"node-fetch/1.0 (+https://github.com/bitinn/node-fetch)", "||", "library||Node Fetch|1.0||", "||"},
	{"axios/1.7.2", "||", "library||Axios|1.7||", "||"},
	{"HTTPie/3.2.2", "||", "library||HTTPie|3.2||", "||"},
	{"Apache-HttpClient/4.5.14 (Java/17.0.11)", "||", "library||Apache HTTP Client|4.5||", "||"},
	{"Java-http-client/17.0.11", "||", "library||Java HTTP Client|17.0||", "||"},
	{"Java/1.8.0_292", "||", "library||Java|1.8||", "||"},
	{"got/9.6.0 (https://github.com/sindresorhus/got)", "||", "library||got|9.6||", "||"},
}

var deviceSamples = []sample{
	{"Mozilla/5.0 (Windows NT 10.0; Win64; x64; Xbox; Xbox One) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Safari/537.36 Edge/44.18363.8131", "WIN|Windows|10", "browser|PS|Microsoft Edge|44.18363|Blink|124.0.0.0", "console|Microsoft|"},
	{"Mozilla/5.0 (Linux; Andr0id 9; BRAVIA 4K UR2) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/113.0.0.0 Safari/537.36", "LIN|GNU/Linux|", "browser|CH|Chrome|113.0|Blink|113.0.0.0", "tv|Sony|"},
	{"Mozilla/5.0 (Linux; GoogleTV 3.2; LG Google TV) AppleWebKit/534.24 (KHTML, like Gecko) Chrome/11.0.696.77 Safari/534.24", "LIN|GNU/Linux|", "browser|CH|Chrome|11.0|Blink|11.0.696.77", "tv||"},
	{"Mozilla/5.0 (Linux; Android TV 12; Chromecast) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/118.0.0.0 Safari/537.36", "AND|Android|", "browser|CM|Chrome Mobile|118.0|Blink|118.0.0.0", "tv||"},
	{"Mozilla/5.0 (Linux; HbbTV/1.4.1; Philips) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/79.0.3945.79 Safari/537.36", "LIN|GNU/Linux|", "browser|CH|Chrome|79.0|Blink|79.0.3945.79", "tv||"},
	{"Mozilla/5.0 (Linux; U; en-US) AppleWebKit/528.5+ (KHTML, like Gecko) Version/4.0 Kindle/3.0 Safari/528.5+", "LIN|GNU/Linux|", "browser|SF|Safari|4.0|WebKit|528.5", "tablet|Amazon|"},
	{"Mozilla/5.0 (Linux; Android 9; KFMAWI Build/PS7; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/100.0.4896.127 Mobile Safari/537.36", "FIR|Fire OS|", "browser|CV|Chrome Webview|100.0|Blink|100.0.4896.127", "tablet|Amazon|KFMAWI"},
	{"Mozilla/5.0 (Linux; U; Android 4.0.3; de-de; Galaxy S II Build/GRJ22) AppleWebKit/534.30 (KHTML, like Gecko) Version/4.0 Mobile Safari/534.30", "AND|Android|4.0.3", "browser|SF|Safari|4.0|WebKit|534.30", "smartphone|Samsung|Galaxy S II"},
	{"Mozilla/5.0 (Wayland; Linux x86_64) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.0 Safari/605.1.15", "LIN|GNU/Linux|", "browser|SF|Safari|17.0|WebKit|605.1.15", "desktop||"},
}

// surprises are agents that a careless rule takes for something else.
var surprises = []sample{
	{"", "||", "|||||", "||"},
	{"UNKNOWN", "||", "|||||", "||"},
	{"forgot/1.0 Research/2 architecture", "||", "|||||", "||"},
	{"curl", "||", "|||||", "||"},
	{"Dart", "||", "|||||", "||"},
	{"linux search engine", "LIN|GNU/Linux|", "|||||", "||"},
	{"Mozilla/5.0 (Mobile; Windows Phone 8.1; Android 4.0; ARM; Trident/7.0; Touch; rv:11.0; IEMobile/11.0; NOKIA; Lumia 520) like iPhone OS 7_0_3 Mac OS X AppleWebKit/537 (KHTML, like Gecko) Mobile Safari/537", "WPH|Windows Phone|8.1", "browser|SF|Safari||WebKit|537", "smartphone||"},
	{"AppwriteAndroidSDK/8.0 (Linux; U; Android 14; Pixel 8)", "AND|Android|14", "|||||", "tablet|Google|Pixel 8"},
	{"example AppwriteCLI/1", "||", "desktop|cli|Appwrite CLI|||", "||"},
	{"Android", "AND|Android|", "|||||", "tablet||"},
	{"Chrome/" + strings.Repeat("1", 65), "||", "browser|CH|Chrome||Blink|", "||"},
	{"AppwriteCLI/\xff", "||", "desktop|cli|Appwrite CLI|||", "||"},
}

func allSamples() []sample {
	var all []sample
	for _, s := range [][]sample{golden, systemSamples, clientSamples, deviceSamples, surprises} {
		all = append(all, s...)
	}
	return all
}

func (a Agent) groups() sample {
	return sample{
		os:     strings.Join([]string{a.OSCode, a.OSName, a.OSVersion}, "|"),
		client: strings.Join([]string{a.ClientType, a.ClientCode, a.ClientName, a.ClientVersion, a.ClientEngine, a.ClientEngineVersion}, "|"),
		device: strings.Join([]string{a.DeviceName, a.DeviceBrand, a.DeviceModel}, "|"),
	}
}

func TestAgentsAreNamedAsTheContractSays(t *testing.T) {
	for _, want := range allSamples() {
		t.Run(want.ua, func(t *testing.T) {
			got := Parse(want.ua).groups()
			got.ua = want.ua
			if diff := cmp.Diff(want, got, cmp.AllowUnexported(sample{})); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestEveryRowOfTheTablesIsSeenInASample(t *testing.T) {
	for _, s := range systems {
		requireSample(t, s.token, s.name, func(a Agent) string { return a.OSName })
	}
	for _, c := range clients {
		requireSample(t, c.token, c.name, func(a Agent) string { return a.ClientName })
		if c.mobile.name != "" {
			requireSample(t, "", c.mobile.name, func(a Agent) string { return a.ClientName })
		}
	}
	for _, d := range devices {
		if d.class != android {
			requireSample(t, d.token, d.class, func(a Agent) string { return a.DeviceName })
		}
	}
}

func requireSample(t *testing.T, token, name string, of func(Agent) string) {
	t.Helper()
	for _, s := range allSamples() {
		if (token == "" || newText(s.ua).has(token)) && of(Parse(s.ua)) == name {
			return
		}
	}
	t.Errorf("no sample has %q and is named %q", token, name)
}

func TestTheTokensAreInLowerCase(t *testing.T) {
	for _, s := range systems {
		if s.token != strings.ToLower(s.token) {
			t.Errorf("system %q", s.token)
		}
	}
	for _, c := range clients {
		if c.token != strings.ToLower(c.token) {
			t.Errorf("client %q", c.token)
		}
	}
	for _, d := range devices {
		if d.token != strings.ToLower(d.token) {
			t.Errorf("device %q", d.token)
		}
	}
}

func TestWhatStandsBehindTheLimitIsNotRead(t *testing.T) {
	blank := strings.Repeat(" ", maxAgent)
	if got := Parse(blank + "curl/8.5.0"); got != (Agent{}) {
		t.Errorf("got %+v", got)
	}
	if got := Parse(blank[:maxAgent-10] + "curl/8.5.0"); got.ClientVersion != "8.5" {
		t.Errorf("got %+v", got)
	}
}

func TestParsingAllocatesLittle(t *testing.T) {
	for _, s := range golden {
		if n := testing.AllocsPerRun(100, func() { Parse(s.ua) }); n > 2 {
			t.Errorf("%v allocations for %q", n, s.ua)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range allSamples() {
		f.Add(s.ua)
	}
	f.Add("Linux; Android 1; \x1b[2J Build/(((")
	f.Add("İphone OS 17_2 ; wv) \xc3\x28")
	f.Fuzz(func(t *testing.T, ua string) {
		a := Parse(ua)
		g := a.groups()
		for _, v := range strings.Split(g.os+"|"+g.client+"|"+g.device, "|") {
			if len(v) > maxValue || !utf8.ValidString(v) || strings.ContainsFunc(v, isControl) {
				t.Errorf("%q gives %q", ua, v)
			}
		}
		if strings.Count(a.ClientVersion, ".") > 1 && a.ClientCode != "cli" {
			t.Errorf("%q gives client version %q", ua, a.ClientVersion)
		}
		if (a.OSCode == "") != (a.OSName == "") || (a.ClientType == "") != (a.ClientName == "") {
			t.Errorf("%q gives half an answer: %+v", ua, a)
		}
	})
}

func BenchmarkParse(b *testing.B) {
	bench := func(name, ua string) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Parse(ua)
			}
		})
	}
	bench("chrome", golden[0].ua)
	bench("iphone", golden[1].ua)
	bench("android", golden[2].ua)
	bench("sdk", golden[6].ua)
	bench("hostile/words", strings.Repeat("got edg kf ", maxAgent/11))
	bench("hostile/prefixes", strings.Repeat("gogogot", maxAgent/7))
	bench("hostile/parts", "android"+strings.Repeat(";u", maxAgent/2))
	bench("hostile/os", "iphone"+strings.Repeat("os1", maxAgent/3))
}
