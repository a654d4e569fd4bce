package people

import "strings"

// culture is where a name comes from. A name that is not written in plain
// letters has its spelling in addresses behind a bar.
type culture struct {
	share       int // of a thousand users
	given       []name
	family      []name
	familyFirst bool
	joined      bool     // no blank between the names
	beginnings  []string // of rarer family names
	endings     []string
	calling     string // the country's calling code
	digits      int    // behind it
	language    string
	mail        []string // providers that are used besides those of everywhere
}

type name struct{ written, plain string }

func names(text string) []name {
	var list []name
	for field := range strings.FieldsSeq(text) {
		written, plain, other := strings.Cut(field, "|")
		if !other {
			plain = strings.ToLower(written)
		}
		list = append(list, name{written, plain})
	}
	return list
}

var cultures = []culture{
	{
		share: 240, calling: "1", digits: 10, language: "en",
		given:      names("Emma Olivia James Liam Ava Noah Grace Henry Lucy Oscar Ruby Owen Hazel Miles Nora Felix Iris Jasper Wren Silas Beatrice Caleb Daphne Ezra"),
		family:     names("Smith Johnson Brown Taylor Walker Harris Clarke Hughes Bennett Foster Palmer Ellis Grant Hayes Morton Prescott Quincy Radley Sawyer Thorne"),
		beginnings: strings.Fields("Ash Black Brook Cole Dun Elm Fair Gold Hart Kings Lang Mill North Oak Pen Rock Stan Thorn Wake Wood"),
		endings:    strings.Fields("bourne bury combe croft dale field ford ham hurst ley man more shaw stead ton well wick worth"),
	},
	{
		share: 110, calling: "49", digits: 10, language: "de", mail: []string{"gmx.de", "web.de", "t-online.de"},
		given:      names("Anna Lukas Lena Jonas Marie Felix Sophie Paul Jürgen|juergen Käthe|kaethe Björn|bjoern Ursula Heinrich Greta Matthias Ute Wolfgang Änne|aenne"),
		family:     names("Müller|mueller Schmidt Weber Wagner Becker Schäfer|schaefer Krüger|krueger Vogel Jäger|jaeger Großmann|grossmann Köhler|koehler Brandt Winkler Lorenz"),
		beginnings: strings.Fields("Acker Berg Birken Brand Eichen Feld Hagen Hohen Kirch Linden Mühl Nieder Ober Rosen Stein Wald Wester Winter"),
		endings:    strings.Fields("bach beck berger dorf feld hauer hoff huber kamp mann meier rath schmidt stein thal wald"),
	},
	{
		share: 120, calling: "34", digits: 9, language: "es", mail: []string{"terra.com"},
		given:      names("María|maria José|jose Lucía|lucia Carlos Carmen Diego Ana Javier Sofía|sofia Andrés|andres Elena Pablo Inés|ines Raúl|raul Pilar Joaquín|joaquin Begoña|begona Íñigo|inigo"),
		family:     names("García|garcia Martínez|martinez López|lopez Sánchez|sanchez Pérez|perez Gómez|gomez Fernández|fernandez Ruiz Moreno Ortega Núñez|nunez Ibáñez|ibanez Peña|pena Castro"),
		beginnings: strings.Fields("Alba Alta Barra Casa Corde Dela Fuente Grana Lagu Mira Monte Olive Pala Riva Sala Torre Valde Villa"),
		endings:    strings.Fields("cruz dero gosa llano lobos mar nera nova quez rejo rio sano tierra verde vias zar"),
	},
	{
		share: 80, calling: "33", digits: 9, language: "fr", mail: []string{"orange.fr", "free.fr", "laposte.net"},
		given:      names("Camille Louis Léa|lea Hugo Chloé|chloe Théo|theo Manon François|francois Zoé|zoe Étienne|etienne Margaux Benoît|benoit Hélène|helene Gaël|gael Odile Rémi|remi"),
		family:     names("Martin Bernard Dubois Petit Moreau Lefèvre|lefevre Girard Mercier Lambert Rousseau Faure Béranger|beranger Desprès|despres Noël|noel"),
		beginnings: strings.Fields("Beau Bel Bois Champ Clair Cour Dela Font Grand Haute Lan Mont Pont Roche Saint Val Ver Ville"),
		endings:    strings.Fields("brun champ court din fort gny lain mard mont neuf nier quet rand sac seau vaux"),
	},
	{
		share: 70, calling: "7", digits: 10, language: "ru", mail: []string{"mail.ru", "yandex.ru", "rambler.ru"},
		given:      names("Анна|anna Иван|ivan Мария|maria Дмитрий|dmitry Ольга|olga Сергей|sergey Елена|elena Алексей|alexey Наталья|natalia Павел|pavel Юлия|yulia Фёдор|fedor Зоя|zoya Артём|artem"),
		family:     names("Иванов|ivanov Петров|petrov Смирнова|smirnova Кузнецов|kuznetsov Попова|popova Соколов|sokolov Лебедева|lebedeva Козлов|kozlov Новикова|novikova Морозов|morozov Щербаков|shcherbakov Журавлёва|zhuravleva"),
		beginnings: strings.Fields("Бело Вере Горо Дубро Заре Калин Красно Ломо Медве Озеро Рябин Свето Тихо Черно Яблоч"),
		endings:    strings.Fields("вин вский зёров кин ков ленко нов пров ринов сов хин цев шин щин"),
	},
	{
		share: 90, calling: "86", digits: 11, language: "zh", familyFirst: true, joined: true, mail: []string{"qq.com", "163.com", "126.com"},
		given:  names("伟|wei 芳|fang 娜|na 敏|min 静|jing 强|qiang 磊|lei 洋|yang 艳|yan 勇|yong 明|ming 丽|li 超|chao 小红|xiaohong 建国|jianguo 志强|zhiqiang 玉兰|yulan 思远|siyuan 雨欣|yuxin 子轩|zixuan 浩然|haoran 梦琪|mengqi"),
		family: names("王|wang 李|li 张|zhang 刘|liu 陈|chen 杨|yang 赵|zhao 黄|huang 周|zhou 吴|wu 徐|xu 孙|sun 胡|hu 朱|zhu 高|gao 林|lin 欧阳|ouyang 司马|sima"),
	},
	{
		share: 60, calling: "81", digits: 10, language: "ja", familyFirst: true, mail: []string{"yahoo.co.jp", "docomo.ne.jp"},
		given:  names("陽菜|hina 蓮|ren 葵|aoi 大翔|hiroto 結衣|yui 悠真|yuma 美咲|misaki 健太|kenta さくら|sakura 翔太|shota あかり|akari 直樹|naoki 千尋|chihiro リョウ|ryo"),
		family: names("佐藤|sato 鈴木|suzuki 高橋|takahashi 田中|tanaka 伊藤|ito 渡辺|watanabe 山本|yamamoto 中村|nakamura 小林|kobayashi 加藤|kato 吉田|yoshida 山田|yamada 長谷川|hasegawa 小野寺|onodera"),
	},
	{
		share: 70, calling: "20", digits: 10, language: "ar",
		given:  names("محمد|mohamed فاطمة|fatima أحمد|ahmed عائشة|aisha علي|ali مريم|mariam يوسف|youssef زينب|zainab عمر|omar نور|nour خالد|khaled ليلى|layla حسن|hassan سلمى|salma"),
		family: names("الحسيني|elhusseini المصري|elmasry حداد|haddad منصور|mansour النجار|elnaggar خوري|khoury عباس|abbas سليمان|soliman الشامي|elshamy رزق|rizk فرح|farah البغدادي|elbaghdadi"),
	},
	{
		share: 80, calling: "91", digits: 10, language: "hi", mail: []string{"rediffmail.com"},
		given:      names("Aarav Priya Rohan Ananya Vikram Kavya Arjun Meera आरव|aarav प्रिया|priya रोहन|rohan अनन्या|ananya विक्रम|vikram Lakshmi Sanjay Deepika"),
		family:     names("Sharma Patel Singh Kumar Gupta Reddy Iyer Nair शर्मा|sharma पटेल|patel सिंह|singh Banerjee Chatterjee Kapoor Menon Deshmukh"),
		beginnings: strings.Fields("Agni Bhara Chandra Deva Gana Hari Jaya Krishna Lakha Maha Nara Prata Rama Shiva Surya Venka"),
		endings:    strings.Fields("bhai das dhar gopal jit kant mani murthy nath pathi raj swamy tesh veer"),
	},
	{
		share: 50, calling: "84", digits: 9, language: "vi", familyFirst: true,
		given:  names("Anh|anh Hương|huong Minh Ngọc|ngoc Tuấn|tuan Thảo|thao Dũng|dung Linh Phương|phuong Quân|quan Yến|yen Đức|duc"),
		family: names("Nguyễn|nguyen Trần|tran Lê|le Phạm|pham Hoàng|hoang Vũ|vu Đặng|dang Bùi|bui Đỗ|do Ngô|ngo"),
	},
	{
		share: 20, calling: "30", digits: 10, language: "el",
		given:  names("Γιώργος|giorgos Μαρία|maria Νίκος|nikos Ελένη|eleni Κώστας|kostas Σοφία|sofia Δήμητρα|dimitra Αλέξης|alexis Ιωάννα|ioanna"),
		family: names("Παπαδόπουλος|papadopoulos Οικονόμου|oikonomou Γεωργίου|georgiou Νικολάου|nikolaou Βασιλείου|vasileiou Καραγιάννης|karagiannis Ζαχαρίας|zacharias"),
	},
	{
		share: 10, calling: "82", digits: 10, language: "ko", familyFirst: true, joined: true, mail: []string{"naver.com", "hanmail.net"},
		given:  names("서연|seoyeon 민준|minjun 지우|jiwoo 하은|haeun 도윤|doyun 수빈|subin 예준|yejun 현우|hyunwoo 은지|eunji"),
		family: names("김|kim 이|lee 박|park 최|choi 정|jung 강|kang 조|cho 윤|yoon 한|han 남궁|namgung"),
	},
}
