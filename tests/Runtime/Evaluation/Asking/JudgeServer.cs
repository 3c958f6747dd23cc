using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace DcrDsl.Runtime.Tests.Evaluation.Asking;

/// <summary>An address that speaks OpenAI's chat completions and says what a test has it say.</summary>
sealed class JudgeServer : IDisposable
{
    readonly HttpListener listener;
    readonly Func<JudgeRequest, CancellationToken, Task<JudgeReply>> reply;
    readonly CancellationTokenSource closed = new();
    int open,
        most;

    public JudgeServer(Func<JudgeRequest, JudgeReply> reply)
        : this((request, _) => Task.FromResult(reply(request))) { }

    public JudgeServer(Func<JudgeRequest, CancellationToken, Task<JudgeReply>> reply)
    {
        this.reply = reply;
        (listener, Address) = Listening();
        _ = Task.Run(Serve);
    }

    public string Address { get; }

    public ConcurrentQueue<JudgeRequest> Requests { get; } = new();

    /// <summary>The most requests that were open at a time.</summary>
    public int Most => most;

    static (HttpListener, string) Listening()
    {
        for (int port = 41_000 + Environment.ProcessId % 2000; ; port++)
        {
            var listener = new HttpListener();
            listener.Prefixes.Add($"http://127.0.0.1:{port}/");
            try
            {
                listener.Start();
                return (listener, $"http://127.0.0.1:{port}/v1");
            }
            catch (HttpListenerException) when (port < 60_000)
            {
                listener.Close(); // somebody else's port
            }
        }
    }

    async Task Serve()
    {
        while (!closed.IsCancellationRequested)
        {
            HttpListenerContext context;
            try
            {
                context = await listener.GetContextAsync();
            }
            catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
            _ = Task.Run(() => Answer(context));
        }
    }

    async Task Answer(HttpListenerContext context)
    {
        int now = Interlocked.Increment(ref open);
        lock (closed)
            most = Math.Max(most, now);
        using var reader = new StreamReader(context.Request.InputStream, Encoding.UTF8);
        var request = new JudgeRequest(
            Requests.Count,
            context.Request.Url!.AbsolutePath,
            context.Request.Headers["Authorization"] ?? "",
            JsonNode.Parse(await reader.ReadToEndAsync(closed.Token))!
        );
        Requests.Enqueue(request);
        try
        {
            var said = await reply(request, closed.Token);
            Interlocked.Decrement(ref open);
            context.Response.StatusCode = said.Status;
            context.Response.ContentType = "application/json";
            if (said.RetryAfter is { } after)
                context.Response.Headers["Retry-After"] = after;
            context.Response.Close(Encoding.UTF8.GetBytes(said.Body), willBlock: false);
        }
        catch (Exception exception) when (exception is OperationCanceledException or HttpListenerException or ObjectDisposedException)
        {
            context.Response.Abort();
        }
    }

    public void Dispose()
    {
        closed.Cancel();
        listener.Close();
    }
}

sealed record JudgeRequest(int Number, string Path, string Authorization, JsonNode Body)
{
    /// <summary>What the last message says.</summary>
    public string Question =>
        Body["messages"]!.AsArray()[^1]!["content"] is JsonValue text ? text.ToString() : Body["messages"]!.ToJsonString();
}

sealed record JudgeReply(int Status, string Body, string? RetryAfter = null)
{
    public static JudgeReply Of(string answer) =>
        new(
            200,
            JsonSerializer.Serialize(
                new
                {
                    id = "chatcmpl-1",
                    @object = "chat.completion",
                    created = 1,
                    model = "judge-2026",
                    choices = new[]
                    {
                        new
                        {
                            index = 0,
                            message = new { role = "assistant", content = answer },
                            finish_reason = "stop",
                        },
                    },
                    usage = new
                    {
                        prompt_tokens = 100,
                        completion_tokens = 10,
                        total_tokens = 110,
                    },
                }
            )
        );

    public static JudgeReply Error(int status, string message, string code = "", string? retryAfter = null) =>
        new(status, JsonSerializer.Serialize(new { error = new { message, code } }), retryAfter);
}
