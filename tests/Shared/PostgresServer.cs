namespace BTNet.TestSupport;

/// <summary>
/// A PostgreSQL server with pgvector that tests may fill and empty, as a superuser of it: <c>BTNET_POSTGRES</c> is a connection string. A test that needs it calls <see cref="Require"/>, which skips it where there is none; where
/// <c>BTNET_REQUIRE_POSTGRES</c> is 1, as in CI, it fails.
/// </summary>
internal static class PostgresServer
{
    /// <summary>The connection string; skips the running test where there is no server, or fails it where that is asked for.</summary>
    public static string Require()
    {
        const string Why = "needs a PostgreSQL server with pgvector: set BTNET_POSTGRES to a connection string of a superuser, such as Host=127.0.0.1;Username=postgres;Password=...;Database=postgres";
        var server = Environment.GetEnvironmentVariable("BTNET_POSTGRES");
        if (Environment.GetEnvironmentVariable("BTNET_REQUIRE_POSTGRES") is "1") Assert.False(string.IsNullOrEmpty(server), Why);
        Assert.SkipWhen(string.IsNullOrEmpty(server), Why);
        return server!;
    }

    /// <summary>A name that nobody else has.</summary>
    public static string NewName() => $"btnet_test_{Guid.NewGuid():N}";
}
