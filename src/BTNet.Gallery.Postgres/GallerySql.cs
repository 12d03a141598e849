using System.Globalization;
using Npgsql;

namespace BTNet.Gallery.Postgres;

/// <summary>SQL with the names of one gallery in it. Names are quoted and never guessed from a search path, so that pgvector may be in any schema, and a pooler between may be of any kind.</summary>
/// <param name="schema">The schema of the gallery.</param>
/// <param name="vector">The schema of pgvector.</param>
/// <param name="size">Numbers of an embedding.</param>
internal sealed class GallerySql(string schema, string vector, int size)
{
    /// <summary>Of a transaction that may take as long as it takes: what a server ends others by, as far as it knows of it (transaction_timeout since PostgreSQL 17).</summary>
    public const string Unlimited = "set_config(name, '0', true) FROM pg_settings WHERE name IN ('idle_in_transaction_session_timeout', 'transaction_timeout')";

    /// <summary>The schema of the gallery, which is its name.</summary>
    public string Name => schema;

    /// <summary>Numbers of an embedding.</summary>
    public int Size => size;

    /// <summary>The numbers that subjects get, as <c>nextval</c> takes it.</summary>
    public string SubjectNumbers { get; } = $"{Quote(schema)}.subject_numbers";

    /// <summary>The numbers that faces get, as <c>nextval</c> takes it.</summary>
    public string TemplateNumbers { get; } = $"{Quote(schema)}.template_numbers";

    /// <summary>SQL with {schema}, {vector} and {size} filled in.</summary>
    public string Of(string template) => template.Replace("{schema}", Quote(schema), StringComparison.Ordinal).Replace("{vector}", Quote(vector), StringComparison.Ordinal)
        .Replace("{size}", size.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);

    /// <summary>A name as SQL writes it.</summary>
    public static string Quote(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <summary>A command with values for $1, $2 and so on; null is NULL.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="sql">What the server is to do.</param>
    /// <param name="values">The values.</param>
    /// <param name="patient">Whether it takes as long as it takes, whatever the address says, until it is cancelled: what grows with the gallery, or waits for others.</param>
    public static NpgsqlCommand Command(NpgsqlConnection connection, string sql, ReadOnlySpan<object?> values, bool patient = false)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        if (patient) command.CommandTimeout = 0;
        foreach (var value in values) command.Parameters.Add(new NpgsqlParameter { Value = value ?? DBNull.Value });
        return command;
    }

    public static async Task RunAsync(NpgsqlConnection connection, string sql, object?[] values, CancellationToken cancellation, bool patient = false)
    {
        await using var command = Command(connection, sql, values, patient);
        await command.ExecuteNonQueryAsync(cancellation).ConfigureAwait(false);
    }

    public static async Task<object?> ScalarAsync(NpgsqlConnection connection, string sql, object?[] values, CancellationToken cancellation)
    {
        await using var command = Command(connection, sql, values);
        return await command.ExecuteScalarAsync(cancellation).ConfigureAwait(false) is var value && value is DBNull ? null : value;
    }

    public static async Task<List<T>> ListAsync<T>(NpgsqlConnection connection, string sql, object?[] values, Func<NpgsqlDataReader, T> read, CancellationToken cancellation, bool patient = false)
    {
        List<T> list = [];
        await using var command = Command(connection, sql, values, patient);
        await using var reader = await command.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellation).ConfigureAwait(false)) list.Add(read(reader));
        return list;
    }
}
