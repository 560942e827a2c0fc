/// Text of HTML with its character references resolved: the numeric ones and HTML 4's names.
func decodingEntities(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    guard bytes.contains(UInt8(ascii: "&")) else { return Array(bytes) }
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    var index = bytes.startIndex
    while index < bytes.endIndex {
        if bytes[index] == UInt8(ascii: "&"), let (scalar, end) = reference(in: bytes[(index + 1)...]) {
            result += String(scalar).utf8
            index = end
        } else {
            result.append(bytes[index])
            index += 1
        }
    }
    return result
}

/// What follows "&", as far as it is a reference. Names want their ";", numbers may lack it.
private func reference(in bytes: ArraySlice<UInt8>) -> (UnicodeScalar, end: Int)? {
    guard let first = bytes.first else { return nil }
    if first == UInt8(ascii: "#") { return numericReference(in: bytes.dropFirst()) }
    let name = bytes.prefix(maximumNameBytes).prefix { $0 < 0x80 && isWordByte($0) }
    guard name.endIndex < bytes.endIndex, bytes[name.endIndex] == UInt8(ascii: ";"),
        let scalar = namedScalars[String(decoding: name, as: UTF8.self)]
    else { return nil }
    return (scalar, name.endIndex + 1)
}

private func numericReference(in bytes: ArraySlice<UInt8>) -> (UnicodeScalar, end: Int)? {
    let isHexadecimal = bytes.first == UInt8(ascii: "x") || bytes.first == UInt8(ascii: "X")
    let digits = (isHexadecimal ? bytes.dropFirst() : bytes).prefix(maximumDigits).prefix { $0 < 0x80 && isWordByte($0) }
    guard let value = UInt32(String(decoding: digits, as: UTF8.self), radix: isHexadecimal ? 16 : 10) else { return nil }
    let hasEnd = digits.endIndex < bytes.endIndex && bytes[digits.endIndex] == UInt8(ascii: ";")
    let scalar = value == 0 ? "\u{FFFD}" : UnicodeScalar(value) ?? "\u{FFFD}"
    return (scalar, digits.endIndex + (hasEnd ? 1 : 0))
}

private let maximumNameBytes = 10
private let maximumDigits = 8

private let namedScalars: [String: UnicodeScalar] = {
    var scalars: [String: UnicodeScalar] = ["amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'"]
    for (code, name) in latinNames.split(separator: " ").enumerated() {
        scalars[String(name)] = UnicodeScalar(UInt8(truncatingIfNeeded: 160 + code))
    }
    let others = otherNames.split(separator: " ")
    for (name, code) in zip(others, others.dropFirst()) {
        if scalars[String(name)] == nil, let value = UInt32(code, radix: 16) { scalars[String(name)] = UnicodeScalar(value) }
    }
    return scalars
}()

/// Of U+00A0…U+00FF, in their order.
private let latinNames = """
    nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute micro para
    middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave
    Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute Ucirc
    Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml igrave iacute icirc
    iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute thorn yuml
    """.replacing("\n", with: " ")

/// A name, then its code.
private let otherNames = """
    OElig 152 oelig 153 Scaron 160 scaron 161 Yuml 178 fnof 192 circ 2c6 tilde 2dc Alpha 391 Beta 392 Gamma 393 Delta 394
    Epsilon 395 Zeta 396 Eta 397 Theta 398 Iota 399 Kappa 39a Lambda 39b Mu 39c Nu 39d Xi 39e Omicron 39f Pi 3a0 Rho 3a1
    Sigma 3a3 Tau 3a4 Upsilon 3a5 Phi 3a6 Chi 3a7 Psi 3a8 Omega 3a9 alpha 3b1 beta 3b2 gamma 3b3 delta 3b4 epsilon 3b5 zeta
    3b6 eta 3b7 theta 3b8 iota 3b9 kappa 3ba lambda 3bb mu 3bc nu 3bd xi 3be omicron 3bf pi 3c0 rho 3c1 sigmaf 3c2 sigma 3c3
    tau 3c4 upsilon 3c5 phi 3c6 chi 3c7 psi 3c8 omega 3c9 thetasym 3d1 upsih 3d2 piv 3d6 ensp 2002 emsp 2003 thinsp 2009
    zwnj 200c zwj 200d lrm 200e rlm 200f ndash 2013 mdash 2014 lsquo 2018 rsquo 2019 sbquo 201a ldquo 201c rdquo 201d bdquo
    201e dagger 2020 Dagger 2021 bull 2022 hellip 2026 permil 2030 prime 2032 Prime 2033 lsaquo 2039 rsaquo 203a oline 203e
    frasl 2044 euro 20ac image 2111 weierp 2118 real 211c trade 2122 alefsym 2135 larr 2190 uarr 2191 rarr 2192 darr 2193
    harr 2194 crarr 21b5 lArr 21d0 uArr 21d1 rArr 21d2 dArr 21d3 hArr 21d4 forall 2200 part 2202 exist 2203 empty 2205 nabla
    2207 isin 2208 notin 2209 ni 220b prod 220f sum 2211 minus 2212 lowast 2217 radic 221a prop 221d infin 221e ang 2220 and
    2227 or 2228 cap 2229 cup 222a int 222b there4 2234 sim 223c cong 2245 asymp 2248 ne 2260 equiv 2261 le 2264 ge 2265 sub
    2282 sup 2283 nsub 2284 sube 2286 supe 2287 oplus 2295 otimes 2297 perp 22a5 sdot 22c5 lceil 2308 rceil 2309 lfloor 230a
    rfloor 230b lang 2329 rang 232a loz 25ca spades 2660 clubs 2663 hearts 2665 diams 2666 NewLine a Tab 9 lpar 28 rpar 29
    comma 2c period 2e colon 3a semi 3b excl 21 quest 3f num 23 dollar 24 percnt 25 ast 2a plus 2b sol 2f equals 3d commat
    40 lsqb 5b bsol 5c rsqb 5d lowbar 5f grave 60 lbrace 7b lcub 7b vert 7c rbrace 7d rcub 7d
    """.replacing("\n", with: " ")
