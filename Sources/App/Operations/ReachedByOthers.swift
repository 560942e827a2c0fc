extension Configuration {
    /// Who may use what exists for development, sign-in codes among it.
    var developmentAudience: DevelopmentDoor.Audience {
        guard stage == .development else { return .nobody }
        return showsCodesToEverybody ? .everybody : .thisMachine
    }
}

extension EnvironmentReader {
    /// Whoever reads sign-in codes can sign in as anybody: a server that others reach isn't for development.
    mutating func refuseOthers(host: HostName, site: HostName) {
        let places = [("HOST", host), ("BASE_URL", site)]
        // Without BASE_URL, the address follows from HOST.
        guard let (name, place) = places.first(where: { !$0.1.isLoopback }) else { return }
        problems.append(
            "\(name) is “\(place.text)”, which others can reach, and outside production sign-in codes can be read at /dev/outbox and in the log. "
                + "Set APP_ENV=production; or stay on this machine, with 127.0.0.1; or set SHOW_SIGN_IN_CODES_TO_EVERYBODY=on if that is what you want."
        )
    }
}
