/// Words as they are typed in a hurry, and as they are written. One that is a word of its own in any language isn't here.
enum Texting {
    /// The word that is meant.
    static func spelledOut(_ word: String) -> String { word.utf8.count <= 9 ? table[word] ?? word : word }

    private static let lines = """
        how hw howz
        what wat wot wht whats wats
        when wen whn
        where wher whre wheres whr
        your ur yr
        could cud
        should shud
        would wud
        something sumthing smth somthing
        anything nething
        anyone ne1
        someone sum1
        because bcoz bcos cuz
        tomorrow tmrw tmr tmw 2moro 2morrow tomoz tomorow
        today 2day
        tonight 2nite 2night tonite
        night nite
        month mth mnth
        months mths mnths
        years yrs
        hour hr
        hours hrs
        minutes mins
        week wk
        weeks wks
        weekend wknd wkend
        monday mon
        tuesday tue tues
        wednesday wed weds
        thursday thu thur thurs
        friday fri
        appointment appt appointmt
        message msg
        messages msgs
        people ppl
        business biz busness bizness
        account acct
        password pw pwd passwrd
        photo pic
        photos pics
        video vid
        restaurant resto
        birthday bday
        address addy addr
        telephone tel
        address adress
        information info
        customer cust
        department dept
        government govt
        number num
        before b4
        great gr8
        late l8
        later l8r
        love luv
        thanks thnx tnx
        please plss
        message mssg
        vegetarian veg
        """

    private static let table: [String: String] = {
        var table: [String: String] = [:]
        for line in lines.split(separator: "\n") {
            let words = line.split(separator: " ").map(String.init)
            for word in words.dropFirst() { table[word] = words[0] }
        }
        return table
    }()
}
