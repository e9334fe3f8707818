using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace KafkaK8s.Sandbox.Tests.Api;

/// <summary>Talks to a sandbox as any HTTP client would, with what its kubeconfig says.</summary>
internal sealed partial class ApiClient : IDisposable
{
    private readonly HttpClient _http;
    private readonly X509Certificate2 _authority;

    public ApiClient(SandboxServer sandbox, bool withToken = true)
    {
        var kubeConfig = sandbox.KubeConfigYaml;
        _authority = X509Certificate2.CreateFromPem(Encoding.UTF8.GetString(Convert.FromBase64String(Authority().Match(kubeConfig).Groups[1].Value)));
        var handler = new SocketsHttpHandler();
        handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            CustomTrustStore = { _authority },
        };
        _http = new HttpClient(handler) { BaseAddress = sandbox.Address };
        if (withToken)
        {
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token().Match(kubeConfig).Groups[1].Value);
        }
    }

    public async Task<ApiAnswer> SendAsync(
        string method, string path, JsonNode? body = null, string contentType = "application/json", params (string Name, string Value)[] headers)
    {
        using var response = await OpenAsync(method, path, body?.ToJsonString(), contentType, headers);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        var isJson = response.Content.Headers.ContentType?.MediaType == "application/json";
        return new ApiAnswer((int)response.StatusCode, isJson ? JsonNode.Parse(text) as JsonObject : null, text);
    }

    public async Task<HttpResponseMessage> OpenAsync(
        string method, string path, string? body = null, string contentType = "application/json", params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue(contentType);
        }

        return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
    }

    public void Dispose()
    {
        _http.Dispose();
        _authority.Dispose();
    }

    [GeneratedRegex("certificate-authority-data: (.+)")]
    private static partial Regex Authority();

    [GeneratedRegex("token: (.+)")]
    private static partial Regex Token();
}

/// <summary>What the server answered.</summary>
internal sealed record ApiAnswer(int Status, JsonObject? Body, string Text)
{
    public string? Reason => Body?["reason"]?.GetValue<string>();

    public string? Message => Body?["message"]?.GetValue<string>();
}
