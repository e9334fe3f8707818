using System.Globalization;
using System.Net.Sockets;
using System.Security.Authentication;

namespace KafkaK8s.Engine.Kubernetes;

/// <summary>Turns what goes wrong below HTTP into errors that say what it was, and whether the call may have been carried out.</summary>
internal static class TransportErrors
{
    /// <summary>Whether an established connection broke, so that the call may have arrived or not.</summary>
    public static bool IsLoss(Exception exception) => exception switch
    {
        HttpRequestException { HttpRequestError: HttpRequestError.ResponseEnded } => true,
        HttpRequestException { HttpRequestError: HttpRequestError.Unknown, InnerException: IOException } => true,
        HttpRequestException => false,
        IOException => true,
        _ => false,
    };

    /// <summary>What went wrong, in a few words.</summary>
    public static string Reason(Exception exception) => exception switch
    {
        HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => "the server's name can't be resolved",
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => Tls(exception),
        HttpRequestException { HttpRequestError: HttpRequestError.ProxyTunnelError } => "the proxy refused to connect",
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError, InnerException: SocketException socket } => Socket(socket),
        OperationCanceledException { InnerException: TimeoutException } => "no connection came about in time",
        OperationCanceledException => "no answer came in time",
        _ when IsLoss(exception) => "the connection broke",
        EngineException engine => engine.Id,
        _ => exception.GetType().Name,
    };

    /// <summary>Makes an error of it. Cancellation by the caller is not an error and must not come here.</summary>
    public static EngineException Translate(Exception exception, ApiCall call, KubernetesConnection connection)
    {
        var where = $"the server {connection.Server} of context \"{connection.ContextName}\"";
        return exception switch
        {
            EngineException engine => engine,
            HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => new EngineException(
                "ServerNotTrusted",
                EngineErrorKind.Connection,
                connection.Server,
                $"No secure connection to {where}: {Tls(exception)}.",
                "Compare server, certificate-authority and tls-server-name in the kubeconfig with the cluster's own.",
                exception),
            HttpRequestException
            {
                HttpRequestError: HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.ProxyTunnelError,
            } or OperationCanceledException { InnerException: TimeoutException } => Unreachable(exception, where, connection),
            _ when call.Changes => new EngineException(
                "OutcomeUnknown",
                EngineErrorKind.OutcomeUnknown,
                call.Target,
                $"While waiting for {where} to {call.Description}, {Reason(exception)}. Whether it was done is not known.",
                "Look at the object, then try again.",
                exception),
            OperationCanceledException => Unreachable(exception, where, connection),
            _ => new EngineException(
                "ConnectionLost",
                EngineErrorKind.Connection,
                call.Target,
                $"The connection to {where} broke during {call.Description}.",
                "Try again.",
                exception),
        };
    }

    private static EngineException Unreachable(Exception exception, string where, KubernetesConnection connection) => new(
        "ServerUnreachable",
        EngineErrorKind.Connection,
        connection.Server,
        $"Can't reach {where}: {Reason(exception)}.",
        "Check that the cluster runs, that its address in the kubeconfig is right, and that VPN or proxy are up.",
        exception);

    private static string Socket(SocketException socket) => socket.SocketErrorCode switch
    {
        SocketError.ConnectionRefused => "the connection was refused",
        SocketError.TimedOut => "no connection came about in time",
        SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain => "the server's name can't be resolved",
        SocketError.NetworkUnreachable or SocketError.HostUnreachable => "there is no route to it",
        var code => string.Create(CultureInfo.InvariantCulture, $"{socket.Message} ({code})"),
    };

    private static string Tls(Exception exception)
    {
        var words = exception.InnerException is AuthenticationException authentication ? authentication.Message : "";
        return words switch
        {
            _ when words.Contains("RemoteCertificateNameMismatch", StringComparison.Ordinal) => "its certificate is for another name (RemoteCertificateNameMismatch)",
            _ when words.Contains("NotTimeValid", StringComparison.Ordinal) => "its certificate has expired, or is not valid yet (NotTimeValid)",
            _ when words.Contains("UntrustedRoot", StringComparison.Ordinal) || words.Contains("PartialChain", StringComparison.Ordinal) =>
                "its certificate is not signed by an authority that the kubeconfig trusts",
            "" => "the TLS handshake failed",
            _ => $"the TLS handshake failed ({words.TrimEnd('.')})",
        };
    }
}
