enum LandingSections { static let howItWorks = HTML.empty, whatItDoes = HTML.empty, todayAndNext = HTML.empty, limits = HTML.empty, questions = HTML.empty }
