import FoundationEssentials
import Hummingbird
import Logging
import NIOCore
import Postgres
import Templates

/// Takes questions and hands out answers: for the page, for programs, and for every channel to come.
struct Asking: Sendable {
    /// Unicode scalars of a question.
    static let maximumQuestionLength = 4_000
    /// How long a visitor may be away, as in a tunnel, before nobody seems to want the answer any more.
    static let graceForReturn = Duration.seconds(3)
    /// For how long an answer is kept ready to be stored while the database is away; its readers wait meanwhile.
    static let patienceWhileStoring = Duration.seconds(60)
    /// Between two tries: at first, and at most.
    static let pausesWhileStoring = (first: Duration.milliseconds(200), longest: Duration.seconds(2))

    let postgres: Postgres
    let answers: LiveAnswers
    let relay: AnswerRelay
    let answerer: any Answerer
    /// Earlier messages, questions and answers, that a follow-up is understood with.
    let rememberedMessages: Int
    let log: Logger

    static let tooLong = "That’s longer than 4,000 characters. Please shorten your question."

    /// Checks a question as it was typed.
    static func question(_ given: String?, field: String = "question") throws(Failure) -> String {
        let text = (given ?? "").replacing("\r\n", with: "\n").trimmingBlanks
        guard text.unicodeScalars.contains(where: { $0.properties.generalCategory != .format && !$0.properties.isWhitespace }) else {
            throw .invalid([field: "Please write a question first."])
        }
        guard text.unicodeScalars.count <= maximumQuestionLength else {
            throw .invalid([field: tooLong])
        }
        return text
    }

    /// Stores the question and begins to answer it.
    /// - Throws: `Failure.notFound` if the conversation isn't one of this desk's, `Failure.answeredElsewhere` if the same request
    ///   has come at the same time, `Failure.stillAnswering` if who asks waits for too many answers already.
    func ask(_ incoming: Incoming, at desk: Desk) async throws -> LiveAnswer {
        let live = LiveAnswer(conversation: incoming.place.conversation ?? .random())
        try answers.add(live, within: incoming.bounds)
        do {
            begin(try await asked(incoming, live, at: desk), incoming, live)
            return live
        } catch {
            answers.remove(live)
            throw error
        }
    }

    private func asked(_ incoming: Incoming, _ live: LiveAnswer, at desk: Desk) async throws -> Asked {
        let stored = incoming.waitsForAnswer ? [] : try await postgres.open(live, incoming, with: desk.bot, turns: rememberedMessages / 2)
        var desk = desk
        if incoming.person != nil { desk = try await attach(postgres.attachedPassages(of: live.conversation, with: desk.bot), to: desk) }
        return Asked(
            text: incoming.question, previous: incoming.previous.map { Array($0.suffix(rememberedMessages / 2)) } ?? stored, desk: desk,
            isWatched: incoming.isWatched)
    }

    private func attach(_ passages: [Desk.Known], to desk: Desk) async throws -> Desk {
        guard !passages.isEmpty else { return desk }
        return try await Workroom.shared.run(for: desk.bot.account) { thread in
            var desk = desk
            desk.attach(passages, thread)
            return desk
        }
    }

    private func begin(_ asked: Asked, _ incoming: Incoming, _ live: LiveAnswer) {
        let making = Task { await make(asked, incoming, live) }
        guard incoming.idempotencyKey?.isOfPage != false else { return }
        live.whenAbandoned {
            Task {
                try await Task.sleep(for: Self.graceForReturn)
                if !live.hasReaders { making.cancel() }
            }
        }
    }

    /// The answer is stored before its readers are told that it is whole. One that couldn't be stored has failed: it isn't there
    /// for whoever comes back.
    private func make(_ asked: Asked, _ incoming: Incoming, _ live: LiveAnswer) async {
        var outcome = await answerer.answer(asked, into: live)
        outcome.citations = outcome.citations.map(asked.desk.resolved)
        let (bot, whole) = (asked.desk.bot, outcome)
        let isStored = await Task { await store(live, whole, incoming, of: bot) }.value
        live.finish(isStored ? outcome : .failed)
        if !isStored, let person = incoming.person { try? await postgres.giveBackMessage(to: person) }
        answers.remove(live)
    }

    /// Not part of the making: it is done also when that was cancelled. False where it can't be done.
    private func store(_ live: LiveAnswer, _ outcome: Outcome, _ incoming: Incoming, of bot: Bot) async -> Bool {
        let end = ContinuousClock.now + Self.patienceWhileStoring
        var pause = Self.pausesWhileStoring.first
        var mayBeStored = false
        while true {
            do {
                try await postgres.close(live, outcome, of: bot, beginning: incoming.waitsForAnswer ? incoming : nil)
                return true
            } catch PostgresError.uniqueViolation where mayBeStored {
                return true
            } catch {
                log.error("an answer couldn't be stored", metadata: ["problem": "\(error)"])
                guard (error as? PostgresError)?.isTransient == true, ContinuousClock.now + pause < end else { return false }
                // Whether a statement whose connection broke was carried out, nobody knows.
                mayBeStored = true
                try? await Task.sleep(for: pause)
                pause = min(pause * 2, Self.pausesWhileStoring.longest)
            }
        }
    }
}

extension Asking {
    /// The finished answer, for a request that waits for it; abandoned when its connection closes.
    func finished(_ live: LiveAnswer, on channel: any NIOCore.Channel) async throws -> Message {
        let reader = live.reader()
        channel.triggerUserOutboundEvent(ConnectionHandler.AnswerIsAwaited(), promise: nil)
        channel.whenClosed(leave: reader)
        guard let outcome = await reader.outcome() else { throw CancellationError() }
        return Message(
            id: live.id, conversation: live.conversation, question: "", text: live.text, outcome: outcome)
    }

    /// Streams a bot's answer from where the request's reader was, whether it is being made or stored.
    func events(
        of id: UUID, with bot: Bot, as form: EventStream.Form, for request: Request, on channel: any NIOCore.Channel
    ) async throws -> Response {
        let place = request.lastEventID.flatMap { $0.message == id ? $0.place : nil }
        // Being made here or not: whether it is this bot's, only its row says.
        guard let message = try await postgres.message(id, of: bot) else { throw Failure.notFound }
        if place == .end { return Response(status: .noContent, headers: StandardHeaders.plain) }
        guard message.isFinished else {
            return events(of: live(message, of: bot), question: message.question, as: form, from: place, on: channel)
        }
        return events(ofStored: message, as: form, from: place)
    }

    /// An answer in the making, here or by another process.
    private func live(_ message: Message, of bot: Bot) -> LiveAnswer { answers[message.id] ?? relay.follow(message, of: bot) }

    /// Streams an answer in the making.
    func events(
        of live: LiveAnswer, question: String, as form: EventStream.Form, from place: EventID.Place?, on channel: any NIOCore.Channel
    )
        -> Response
    {
        stream(live, question: question, as: EventStream(id: live.id.lowercased, form: form), from: place, on: channel)
    }

    /// The same in any protocol.
    func stream(
        _ live: LiveAnswer, question: String = "", as stream: some AnswerEvents, from place: EventID.Place? = nil,
        on channel: any NIOCore.Channel
    ) -> Response {
        Response(
            status: .ok, headers: StandardHeaders.events,
            body: ResponseBody { writer in
                let reader = live.reader(from: await live.offset(place, on: channel))
                channel.whenClosed(leave: reader)
                defer { reader.leave() }
                if place == nil { try await writer.write(stream.start(conversation: live.conversation.lowercased)) }
                guard let outcome = await AnswerWriter(reader, as: stream, on: channel).outcome() else { return }
                let message = Message(
                    id: live.id, conversation: live.conversation, question: question, text: live.text, outcome: outcome)
                try await writer.write(stream.end(of: message))
                try await writer.finish(nil)
            })
    }

    /// The answer that was given, or is being given, to the same request before.
    func finished(_ id: UUID, with bot: Bot, on channel: any NIOCore.Channel) async throws -> Message {
        guard let message = try await postgres.message(id, of: bot) else { throw Failure.answeredElsewhere }
        return message.isFinished ? message : try await finished(live(message, of: bot), on: channel)
    }

    /// Streams what is left of an answer that is stored.
    private func events(ofStored message: Message, as form: EventStream.Form, from place: EventID.Place?) -> Response {
        let stream = EventStream(id: message.id.lowercased, form: form)
        return Response(
            status: .ok, headers: StandardHeaders.events,
            body: ResponseBody { writer in
                if place == nil { try await writer.write(stream.start(conversation: message.conversation.lowercased)) }
                let offset = if case .text(let given) = place { given } else { 0 }
                let rest = message.text.rest(from: offset).text
                if !rest.isEmpty { try await writer.write(stream.delta(rest, end: message.text.utf8.count)) }
                try await writer.write(stream.end(of: message))
                try await writer.finish(nil)
            })
    }
}

extension EventStream {
    func end(of message: Message) -> ByteBuffer {
        guard let reply = message.reply else { return problem(question: message.question) }
        // Programs count on the whole answer; people are told beside what there is.
        if case .json = form, message.outcome.state == .abandoned { return problem(.brokeOff, question: message.question) }
        return end(reply, at: message.text.utf8.count)
    }
}

extension NIOCore.Channel {
    /// Doesn't keep the reader: over one connection, many questions may come.
    fileprivate func whenClosed(leave reader: LiveAnswer.Reader) {
        closeFuture.whenComplete { [weak reader] _ in reader?.leave() }
    }
}

extension LiveAnswer {
    /// Where a reader who was at `place` goes on; from the start if that isn't a place in this text. Waits for the text up to
    /// there: that of another process has to come first.
    fileprivate func offset(_ place: EventID.Place?, on channel: any NIOCore.Channel) async -> Int {
        guard case .text(let offset) = place else { return 0 }
        if byteCount < offset {
            let reader = reader()
            channel.whenClosed(leave: reader)
            while byteCount < offset, case .text = await reader.next() {}
        }
        return text.isBoundary(offset) ? offset : 0
    }
}
