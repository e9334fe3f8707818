using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using KafkaK8s.Sandbox.Api;

namespace KafkaK8s.Sandbox.Tests.Api;

/// <summary>Talks to an API server as any HTTP client would.</summary>
internal sealed partial class ApiClient : IDisposable
{
    private readonly HttpClient _http;
    private readonly X509Certificate2 _authority;
    private readonly X509Certificate2? _certificate;

    public ApiClient(Uri address, string authorityPem, string? token, X509Certificate2? certificate = null)
    {
        _certificate = certificate;
        _authority = X509Certificate2.CreateFromPem(authorityPem);
        var handler = new SocketsHttpHandler();
        handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            CustomTrustStore = { _authority },
        };
        handler.SslOptions.ClientCertificates = certificate is null ? null : [certificate];
        _http = new HttpClient(handler) { BaseAddress = address };
        if (token is not null)
        {
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }
    }

    /// <summary>A client with what a sandbox's kubeconfig says.</summary>
    public static ApiClient For(SandboxServer sandbox)
    {
        var authority = Convert.FromBase64String(Authority().Match(sandbox.KubeConfigYaml).Groups[1].Value);
        return new ApiClient(sandbox.Address, Encoding.UTF8.GetString(authority), Token().Match(sandbox.KubeConfigYaml).Groups[1].Value);
    }

    public Task<ApiAnswer> GetAsync(string path, params (string Name, string Value)[] headers) => SendAsync("GET", path, null, headers: headers);

    public Task<ApiAnswer> PostAsync(string path, JsonNode body) => SendAsync("POST", path, body.ToText());

    public Task<ApiAnswer> ApplyAsync(string path, JsonNode body) => SendAsync("PATCH", path, body.ToText(), "application/apply-patch+yaml");

    public async Task<ApiAnswer> SendAsync(
        string method, string path, string? body, string contentType = "application/json", params (string Name, string Value)[] headers)
    {
        using var response = await OpenAsync(method, path, body, contentType, headers);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        var isJson = response.Content.Headers.ContentType?.MediaType == "application/json" && !text.TrimEnd().Contains('\n', StringComparison.Ordinal);
        return new ApiAnswer((int)response.StatusCode, isJson ? JsonNode.Parse(text) as JsonObject : null, text);
    }

    public async Task<HttpResponseMessage> OpenAsync(
        string method, string path, string? body = null, string contentType = "application/json", params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Headers.UserAgent.ParseAdd("recorder/1");
        foreach (var (name, value) in headers)
        {
            request.Headers.Remove(name);
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
        _certificate?.Dispose();
    }

    [GeneratedRegex("certificate-authority-data: (.+)")]
    private static partial Regex Authority();

    [GeneratedRegex("token: (.+)")]
    private static partial Regex Token();
}

/// <summary>What the server answered.</summary>
internal sealed record ApiAnswer(int Status, JsonObject? Body, string Text)
{
    public string? Reason => Body.TextAt("reason");

    public string? Message => Body.TextAt("message");
}
