import NIOCore
import NIOEmbedded
import Testing

@testable import App

@Suite("Open connections")
struct ConnectionsTests {
    private func connection(from address: String) throws -> Connection {
        let channel = EmbeddedChannel()
        let address = try SocketAddress(ipAddress: address, port: 40_000)
        try channel.connect(to: address).wait()
        channel.remoteAddress = address
        return Connection(channel: channel)
    }

    @Test("There are no more than there may be, wherever they come from")
    func inAll() throws {
        let connections = Connections(maximum: 3, maximumPerAddress: 1)
        let first = try (1...3).map { try connection(from: "192.0.2.\($0)") }
        for connection in first {
            #expect(connections.admit(connection))
            connection.mark(.answering)
        }
        #expect(try !connections.admit(connection(from: "192.0.2.9")))
        #expect(connections.count == 3 && first.allSatisfy { $0.channel.isActive })
        connections.remove(first[0])
        #expect(try connections.admit(connection(from: "192.0.2.9")))
    }

    @Test("At an address's limit, the one that has been idle longest makes room")
    func eviction() throws {
        let connections = Connections(maximum: 100, maximumPerAddress: 3)
        let other = try connection(from: "192.0.2.2")
        let mine = try (1...3).map { _ in try connection(from: "192.0.2.1") }
        for connection in [other] + mine { #expect(connections.admit(connection)) }
        mine[0].mark(.answering)
        mine[0].mark(.idle)
        mine[1].mark(.answering)
        let newcomer = try connection(from: "::ffff:192.0.2.1")
        #expect(connections.admit(newcomer))
        #expect(!mine[2].channel.isActive)
        #expect(other.channel.isActive && mine[0].channel.isActive && mine[1].channel.isActive && newcomer.channel.isActive)
        #expect(connections.count == 4)
    }

    @Test("Where none is idle, the new one is refused")
    func refusal() throws {
        let connections = Connections(maximum: 100, maximumPerAddress: 2)
        let busy = try (1...2).map { _ in try connection(from: "192.0.2.1") }
        for connection in busy {
            #expect(connections.admit(connection))
            connection.mark(.answering)
        }
        #expect(try !connections.admit(connection(from: "192.0.2.1")))
        #expect(try connections.admit(connection(from: "192.0.2.2")))
        #expect(busy.allSatisfy { $0.channel.isActive })
        busy[1].mark(.idle)
        #expect(try connections.admit(connection(from: "192.0.2.1")))
        #expect(busy[0].channel.isActive && !busy[1].channel.isActive)
    }

    @Test("One that is removed twice, or made room before, is counted once")
    func removal() throws {
        let connections = Connections(maximum: 100, maximumPerAddress: 1)
        let (first, second) = (try connection(from: "192.0.2.1"), try connection(from: "192.0.2.1"))
        #expect(connections.admit(first) && connections.admit(second))
        #expect(connections.count == 1)
        connections.remove(first)
        #expect(connections.count == 1)
        connections.remove(second)
        connections.remove(second)
        #expect(connections.count == 0)
    }
}
