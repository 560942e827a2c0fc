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
}
