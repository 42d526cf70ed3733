/// <summary>
/// Signs each call in with OAuth 2.0 client credentials: fetches an access token, then sends the call on with it.
///
/// Policies in apiProperties.json hand over the address of the token, the client ID, the client secret and the scope in helper headers,
/// whose names begin with "x-cc-". They are taken off the call before anything is sent.
///
/// Good to know: every call costs one more call for the token, and both together must finish within the time that the platform allows
/// custom code (5 seconds for years, about 2 minutes now). Custom code does not run with the on-premises data gateway.
/// </summary>
public class Script : ScriptBase
{
    private const string TokenUrlHeader = "x-cc-token-url";
    private const string ClientIdHeader = "x-cc-client-id";
    private const string ClientSecretHeader = "x-cc-client-secret";
    private const string ScopeHeader = "x-cc-scope";

    // The reasons for which RFC 6749 lets a token be refused. Nothing else of such an answer is ever repeated.
    private static readonly string[] KnownReasons =
    {
        "invalid_request", "invalid_client", "invalid_grant", "unauthorized_client", "unsupported_grant_type", "invalid_scope",
    };

    public override async Task<HttpResponseMessage> ExecuteAsync()
    {
        HttpRequestMessage call = this.Context.Request;

        // First of all, so that no way out of this method sends the secret to the service.
        string tokenUrl = TakeHeader(call, TokenUrlHeader);
        string clientId = TakeHeader(call, ClientIdHeader);
        string clientSecret = TakeHeader(call, ClientSecretHeader);
        string scope = TakeHeader(call, ScopeHeader);

        if (!Uri.TryCreate(tokenUrl, UriKind.Absolute, out Uri tokenAddress) || tokenAddress.Scheme != Uri.UriSchemeHttps)
        {
            return Failure(HttpStatusCode.InternalServerError, "The address of the token must be complete and begin with https://.");
        }

        if (clientId.Length == 0 || clientSecret.Length == 0)
        {
            return Failure(HttpStatusCode.Unauthorized, "The connection has no client ID or no client secret. Create it anew.");
        }

        string token;
        try
        {
            using (HttpRequestMessage request = TokenRequest(tokenAddress, clientId, clientSecret, scope))
            using (HttpResponseMessage answer = await this.Context.SendAsync(request, this.CancellationToken).ConfigureAwait(false))
            {
                string body = answer.Content == null ? "" : await answer.Content.ReadAsStringAsync().ConfigureAwait(false);
                if (!answer.IsSuccessStatusCode)
                {
                    return Refused(answer, body);
                }

                token = TextMember(body, "access_token");
            }
        }
        catch (Exception) when (!this.CancellationToken.IsCancellationRequested)
        {
            return Failure(HttpStatusCode.BadGateway, "The token could not be fetched: its address did not answer.");
        }

        if (token.Length == 0 || token.Any(sign => sign <= ' ' || sign > '~'))
        {
            return Failure(HttpStatusCode.BadGateway, "The token could not be fetched: the answer holds no usable access token.");
        }

        call.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return await this.Context.SendAsync(call, this.CancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads a helper header and removes it; an empty text when it is not there.</summary>
    private static string TakeHeader(HttpRequestMessage call, string name)
    {
        string value = call.Headers.TryGetValues(name, out IEnumerable<string> values) ? string.Join(",", values) : "";
        call.Headers.Remove(name);
        return value.Trim();
    }

    private static HttpRequestMessage TokenRequest(Uri address, string clientId, string clientSecret, string scope)
    {
        var form = new List<KeyValuePair<string, string>>
        {
            new KeyValuePair<string, string>("grant_type", "client_credentials"),
            new KeyValuePair<string, string>("client_id", clientId),
            new KeyValuePair<string, string>("client_secret", clientSecret),
        };
        if (scope.Length > 0)
        {
            form.Add(new KeyValuePair<string, string>("scope", scope));
        }

        // FormUrlEncodedContent percent-encodes names and values.
        var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new FormUrlEncodedContent(form) };
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        return request;
    }

    /// <summary>What the maker of the flow sees when the token is refused: the status, and the reason if it is a known one.</summary>
    private static HttpResponseMessage Refused(HttpResponseMessage answer, string body)
    {
        int status = (int)answer.StatusCode;
        string given = TextMember(body, "error");
        string reason = KnownReasons.Contains(given) ? $" ({given})" : "";

        // Redirections and the like mean nothing to the caller.
        HttpStatusCode own = status >= 400 && status < 600 ? answer.StatusCode : HttpStatusCode.BadGateway;
        HttpResponseMessage response = Failure(own, $"The token was refused with status {status}{reason}.");
        response.Headers.RetryAfter = answer.Headers.RetryAfter;
        return response;
    }

    /// <summary>A text of a JSON object; an empty text when there is no such object or text.</summary>
    private static string TextMember(string json, string name)
    {
        try
        {
            JToken member = JObject.Parse(json)[name];
            return member != null && member.Type == JTokenType.String ? (string)member : "";
        }
        catch (JsonException)
        {
            return "";
        }
    }

    private static HttpResponseMessage Failure(HttpStatusCode status, string message)
    {
        return new HttpResponseMessage(status)
        {
            Content = CreateJsonContent(new JObject { ["status"] = (int)status, ["message"] = message }.ToString()),
        };
    }
}
