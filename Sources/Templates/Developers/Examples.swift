/// The examples of the page for developers. A test runs them as they are rendered.
struct Examples: Sendable {
    let baseURL: String
    let key: String

    var curl: String {
        """
        curl \(baseURL)/api/v1/ask \\
          -H "Authorization: Bearer \(key)" \\
          -H "Content-Type: application/json" \\
          -d '{"question": "What does it cost?"}'
        """
    }

    var python: String {
        """
        import json
        import urllib.request

        request = urllib.request.Request(
            "\(baseURL)/api/v1/ask",
            data=json.dumps({"question": "What does it cost?"}).encode(),
            headers={"Authorization": "Bearer \(key)", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request) as response:
            answer = json.load(response)

        print(answer["answer"])
        for citation in answer["citations"]:
            print(citation["number"], citation["title"])
        """
    }

    var javaScript: String {
        """
        const response = await fetch("\(baseURL)/api/v1/ask", {
          method: "POST",
          headers: { "Authorization": "Bearer \(key)", "Content-Type": "application/json" },
          body: JSON.stringify({ question: "What does it cost?" }),
        })
        const answer = await response.json()
        if (!response.ok) throw new Error(answer.error.message)

        console.log(answer.answer)
        console.log(answer.citations.map(citation => citation.title))
        """
    }

    var swift: String {
        """
        import Foundation
        #if canImport(FoundationNetworking)
        import FoundationNetworking
        #endif

        struct Answer: Decodable {
            let answer: String
            let basis: String
        }

        func ask(_ question: String) async throws -> Answer {
            guard let url = URL(string: "\(baseURL)/api/v1/ask") else { throw URLError(.badURL) }
            var request = URLRequest(url: url)
            request.httpMethod = "POST"
            request.setValue("Bearer \(key)", forHTTPHeaderField: "Authorization")
            request.setValue("application/json", forHTTPHeaderField: "Content-Type")
            request.httpBody = try JSONEncoder().encode(["question": question])
            let (data, _) = try await URLSession.shared.data(for: request)
            return try JSONDecoder().decode(Answer.self, from: data)
        }

        print(try await ask("What does it cost?").answer)
        """
    }

    var curlStream: String {
        """
        curl -N \(baseURL)/api/v1/ask \\
          -H "Authorization: Bearer \(key)" \\
          -H "Accept: text/event-stream" \\
          -H "Content-Type: application/json" \\
          -d '{"question": "Is my data safe?"}'
        """
    }

    var javaScriptStream: String {
        """
        const response = await fetch("\(baseURL)/api/v1/ask", {
          method: "POST",
          headers: {
            "Authorization": "Bearer \(key)",
            "Accept": "text/event-stream",
            "Content-Type": "application/json",
          },
          body: JSON.stringify({ question: "Is my data safe?" }),
        })

        let rest = ""
        for await (const text of response.body.pipeThrough(new TextDecoderStream())) {
          const events = (rest + text).split("\\n\\n")
          rest = events.pop()
          for (const event of events) {
            const [, name, data] = event.match(/event: (.*)\\ndata: (.*)/) ?? []
            if (name === "delta") console.log(JSON.parse(data).text)
          }
        }
        """
    }

    var pythonConversation: String {
        """
        import json
        import urllib.request

        def ask(question, conversation_id=None):
            body = {"question": question}
            if conversation_id:
                body["conversation_id"] = conversation_id
            request = urllib.request.Request(
                "\(baseURL)/api/v1/ask",
                data=json.dumps(body).encode(),
                headers={"Authorization": "Bearer \(key)", "Content-Type": "application/json"},
            )
            with urllib.request.urlopen(request) as response:
                return json.load(response)

        first = ask("Which languages does it speak?")
        second = ask("And German?", first["conversation_id"])
        print(second["answer"])
        """
    }

    var pythonOpenAI: String {
        """
        from openai import OpenAI

        client = OpenAI(base_url="\(baseURL)/v1", api_key="\(key)")

        completion = client.chat.completions.create(
            model="frontdesk",
            messages=[{"role": "user", "content": "What does it cost?"}],
        )
        print(completion.choices[0].message.content)

        stream = client.chat.completions.create(
            model="frontdesk",
            messages=[{"role": "user", "content": "Is my data safe?"}],
            stream=True,
        )
        for chunk in stream:
            print(chunk.choices[0].delta.content or "", end="", flush=True)
        """
    }

    var curlOpenAI: String {
        """
        curl \(baseURL)/v1/chat/completions \\
          -H "Authorization: Bearer \(key)" \\
          -H "Content-Type: application/json" \\
          -d '{"model": "frontdesk", "messages": [{"role": "user", "content": "What does it cost?"}]}'
        """
    }

    var curlIdempotency: String {
        """
        curl \(baseURL)/api/v1/ask \\
          -H "Authorization: Bearer \(key)" \\
          -H "Idempotency-Key: order-4711-question-1" \\
          -H "Content-Type: application/json" \\
          -d '{"question": "What does it cost?"}'
        """
    }

    var pythonVisitor: String {
        """
        import base64, hashlib, hmac, json, time

        SECRET = "vs_your_secret"

        def encode(data):
            return base64.urlsafe_b64encode(data).rstrip(b"=").decode()

        def visitor_token(id, name):
            claims = {"sub": id, "name": name, "exp": int(time.time()) + 3600}
            parts = [encode(json.dumps(part).encode()) for part in ({"alg": "HS256", "typ": "JWT"}, claims)]
            signature = hmac.new(SECRET.encode(), ".".join(parts).encode(), hashlib.sha256).digest()
            return ".".join([*parts, encode(signature)])

        print(visitor_token("customer-7", "Ada Lovelace"))
        """
    }

    var javaScriptVisitor: String {
        """
        import { createHmac } from "node:crypto"

        const secret = "vs_your_secret"

        function visitorToken(id, name) {
          const claims = { sub: id, name, exp: Math.floor(Date.now() / 1000) + 3600 }
          const parts = [{ alg: "HS256", typ: "JWT" }, claims].map(part => Buffer.from(JSON.stringify(part)).toString("base64url"))
          const signature = createHmac("sha256", secret).update(parts.join(".")).digest("base64url")
          return [...parts, signature].join(".")
        }

        console.log(visitorToken("customer-7", "Ada Lovelace"))
        """
    }

    var visitorWidget: String {
        """
        <script src="\(baseURL)/widget/embed/YOUR_BOT.js" data-visitor-token="THE_TOKEN" async></script>
        """
    }

    var visitorMessage: String {
        """
        POST /api/send/YOUR_BOT/
        Content-Type: application/json

        {"message": "Where is my order?", "session_id": "A_RANDOM_TEXT_FOR_EACH_CHAT", "visitor_token": "THE_TOKEN"}
        """
    }
}
