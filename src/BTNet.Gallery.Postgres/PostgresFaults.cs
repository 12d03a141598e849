using System.Globalization;
using System.Net.Sockets;
using System.Security.Authentication;
using Npgsql;

namespace BTNet.Gallery.Postgres;

/// <summary>What a user can do where PostgreSQL refuses something. Messages of the server have no password in them, and none is added.</summary>
internal static class PostgresFaults
{
    private const string Unsure = "what was not acknowledged may have happened or not";

    /// <summary>Does something with the server.</summary>
    /// <param name="address">Where.</param>
    /// <param name="use">What.</param>
    /// <param name="writes">Whether it changes anything, so that it is unsure what has happened where no answer came.</param>
    /// <exception cref="InputException">It cannot be done.</exception>
    public static async Task<T> GuardAsync<T>(PostgresAddress address, Func<Task<T>> use, bool writes = false)
    {
        try
        {
            return await use().ConfigureAwait(false);
        }
        catch (PostgresException fault)
        {
            throw new InputException($"{address}: {Reason(address, fault, writes)}", fault);
        }
        catch (NpgsqlException fault)
        {
            throw new InputException($"{address}: {Reason(address, fault, writes)}", fault);
        }
        catch (Exception fault) when (fault is TimeoutException or SocketException or IOException)
        {
            throw new InputException($"{address}: {Unreachable(address, fault, writes)}", fault);
        }
        catch (Exception fault) when (fault is InvalidCastException or OverflowException or FormatException or ArgumentException or (InvalidOperationException and not ObjectDisposedException))
        {
            throw new InputException($"{address}: cannot be used as it is: what is in it was never written by this program, or the connection is not set up for it ({OneLine(fault)}); restore a backup, or look at the address", fault);
        }
    }

    /// <summary>What is said of a face that is not whole.</summary>
    public static InputException Damaged(object address, long number, string? id = null) => new($"{address}: face {number}{(id is null ? "" : $" of '{id}'")} is damaged: its numbers are not those that were written; restore a backup, or remove it (`btnet gallery remove ID --face`, or the person where it is the only one) and enrol again");

    private static string Reason(PostgresAddress address, PostgresException fault, bool writes) => fault.SqlState switch
    {
        PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification =>
            $"the server does not let the user '{address.User}' in ({Said(fault)}); expected the password in PGPASSWORD, in the file .pgpass, or in the address",
        PostgresErrorCodes.InvalidCatalogName => $"the server has no database '{address.Database}'; expected one that is there: createdb {address.Database}",
        PostgresErrorCodes.InsufficientPrivilege => $"the user '{address.User}' may not do that ({Said(fault)}); expected a user who owns the gallery, or who was granted what it takes",
        PostgresErrorCodes.TooManyConnections => $"the server has no connection to spare ({Said(fault)}); try again later, or raise its max_connections",
        PostgresErrorCodes.DiskFull => "the server's disk is full; nothing of this was kept. Make room and try again",
        PostgresErrorCodes.OutOfMemory => $"the server has no memory for that ({Said(fault)}); nothing of this was kept",
        PostgresErrorCodes.ReadOnlySqlTransaction => "is a read replica, or set to be read only; expected the address of the primary for what changes a gallery",
        PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidSchemaName or PostgresErrorCodes.UndefinedColumn => $"is there no more, or was changed by hand ({Said(fault)}); restore a backup",
        PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.CannotConnectNow => $"the server is going down or coming up ({Said(fault)}); {(writes ? $"{Unsure}. Try" : "try")} again",
        PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.QueryCanceled or PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure => $"others have kept the server busy ({Said(fault)}); {(writes ? "nothing of this was kept. Try" : "try")} again",
        PostgresErrorCodes.DataCorrupted or PostgresErrorCodes.IndexCorrupted => $"is damaged ({Said(fault)}); restore a backup",
        _ => $"the server refuses that ({Said(fault)}, SQLSTATE {fault.SqlState})"
    };

    private static string Reason(PostgresAddress address, NpgsqlException fault, bool writes)
    {
        if (Inner<AuthenticationException>(fault) is { } secure) return $"no safe connection comes about ({OneLine(secure)}); expected a certificate that this machine trusts, or another sslmode";
        if (fault.Message.Contains("No password", StringComparison.Ordinal)) return $"the server asks for the password of '{address.User}', and none was given; expected it in PGPASSWORD, in the file .pgpass, or in the address";
        if (Inner<TimeoutException>(fault) is not null || Inner<SocketException>(fault) is not null || Inner<IOException>(fault) is not null) return Unreachable(address, fault, writes);
        return $"the server cannot be talked to ({OneLine(fault)}); expected a PostgreSQL server at {address.Server}";
    }

    private static string Unreachable(PostgresAddress address, Exception fault, bool writes)
    {
        var reason = OneLine(Inner<SocketException>(fault) ?? Inner<TimeoutException>(fault) ?? Inner<IOException>(fault) ?? fault);
        var connecting = fault.Message.Contains("connect", StringComparison.OrdinalIgnoreCase)
            || Inner<SocketException>(fault)?.SocketErrorCode is SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData or SocketError.ConnectionRefused or SocketError.HostUnreachable or SocketError.NetworkUnreachable;
        if (Inner<TimeoutException>(fault) is not null)
        {
            var next = connecting ? "expected a PostgreSQL server there, or more time for it: Timeout= in the address" : $"{(writes ? $"{Unsure}. Try" : "try")} again, or give it longer: Command Timeout= in the address";
            return $"{address.Server} has not answered in time ({reason}); {next}";
        }

        return connecting
            ? $"no PostgreSQL server can be reached at {address.Server} ({reason}); expected one that runs there and lets this machine in"
            : $"the connection to {address.Server} broke ({reason}); {(writes ? $"{Unsure}. Expected" : "expected")} a PostgreSQL server there; try again";
    }

    private static string Said(PostgresException fault) => OneLine(fault.MessageText);

    private static T? Inner<T>(Exception? fault) where T : Exception
    {
        for (; fault is not null; fault = fault.InnerException)
            if (fault is T found) return found;
        return null;
    }

    private static string OneLine(Exception fault) => OneLine(fault.Message);

    private static string OneLine(string text) => text.ReplaceLineEndings(" ").Trim().TrimEnd('.').ToString(CultureInfo.InvariantCulture);
}
