using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace BTNet.Training.Recipes;

/// <summary>Options that can be wrong in themselves.</summary>
public interface IChecked
{
    /// <summary>Every fault, a sentence each that starts with the key; none where all is well.</summary>
    IEnumerable<string> Faults();
}

/// <summary>
/// Reads a record of options from JSON that states only what differs from the defaults. Unknown keys, values of the
/// wrong kind and values out of range are all collected in one pass and reported together.
/// </summary>
public static class OptionsReader
{
    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, AllowDuplicateProperties = false };

    /// <summary>Reads a file and puts overrides over it.</summary>
    /// <typeparam name="T">The record; each property with an <c>init</c> is a key in camelCase.</typeparam>
    /// <param name="path">A JSON file.</param>
    /// <param name="overrides">Further values by dotted key, such as <c>optimization.epochs</c>, as JSON or, where the
    /// option is a text, the text as it stands; they win.</param>
    /// <exception cref="InputException">The file cannot be read, or lists every fault in it.</exception>
    public static T ReadFile<T>(string path, IReadOnlyDictionary<string, string>? overrides = null)
        where T : class, new()
    {
        try
        {
            return Read<T>(path, File.ReadAllText(path), overrides);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"the recipe {path} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Reads JSON text and puts overrides over it.</summary>
    /// <typeparam name="T">The record.</typeparam>
    /// <param name="name">What to call the text in messages.</param>
    /// <param name="json">A JSON object; comments are allowed.</param>
    /// <param name="overrides">Further values by dotted key; they win.</param>
    /// <exception cref="InputException">Lists every fault.</exception>
    public static T Read<T>(string name, string json, IReadOnlyDictionary<string, string>? overrides = null)
        where T : class, new()
    {
        JsonObject root;
        try
        {
            root = JsonNode.Parse(json, documentOptions: Lenient) as JsonObject
                ?? throw new InputException($"{name} is no JSON object; expected {{ \"key\": value, ... }}");
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            throw new InputException($"{name} is not JSON: {e.Message}", e);
        }

        List<string> faults = [];
        foreach (var (key, value) in overrides ?? new Dictionary<string, string>()) Override(root, typeof(T), key, value, faults);
        var options = new T();
        ReadObject(options, root, "", faults);
        return faults.Count == 0 ? options : throw new InputException(name, faults);
    }

    /// <summary>The keys of a record in camelCase.</summary>
    internal static string KeyOf(PropertyInfo property) => JsonNamingPolicy.CamelCase.ConvertName(property.Name);

    private static void Override(JsonObject root, Type type, string key, string value, List<string> faults)
    {
        var parts = key.Split('.');
        var at = root;
        foreach (var part in parts[..^1])
        {
            type = TypeOf(type, part) ?? typeof(object);
            if (at[part] is null) at[part] = new JsonObject();
            if (at[part] is not JsonObject next)
            {
                faults.Add($"{key}: '{part}' is a value, not a group of options");
                return;
            }

            at = next;
        }

        // A folder may be called 2024 or [a]: what is a text needs no reading.
        if (TypeOf(type, parts[^1]) == typeof(string))
        {
            at[parts[^1]] = value;
            return;
        }

        try
        {
            at[parts[^1]] = JsonNode.Parse(value, documentOptions: Lenient);
        }
        catch (JsonException)
        {
            at[parts[^1]] = value; // a bare word is a string
        }
    }

    private static Type? TypeOf(Type options, string key) => options.GetProperties().FirstOrDefault(property => KeyOf(property) == key)?.PropertyType;

    /// <summary>Sets what the JSON states on a fresh record, whose other values stay its defaults.</summary>
    private static void ReadObject(object options, JsonObject json, string prefix, List<string> faults)
    {
        var properties = options.GetType().GetProperties().Where(property => property.CanWrite).ToDictionary(KeyOf);
        List<string> misread = [];
        foreach (var (key, value) in json)
        {
            if (!properties.TryGetValue(key, out var property))
            {
                faults.Add($"{prefix}{key}: no such option{Suggestion(key, properties.Keys)}; known here: {string.Join(", ", properties.Keys)}");
                continue;
            }

            // The group that the defaults hold, not a new one: an owner may set defaults of its own in it.
            if (value is JsonObject group && IsGroup(property.PropertyType) && property.GetValue(options) is { } inner)
            {
                ReadObject(inner, group, prefix + key + ".", faults);
                continue;
            }

            if (value is null && MayBeNull(property)) property.SetValue(options, null);
            else if (ReadValue(property.PropertyType, value, prefix + key, faults) is { } read) property.SetValue(options, read);
            else misread.Add(key);
        }

        // What could not be read has its default still, and judging others by that would tell of faults that are none.
        if (options is IChecked check) faults.AddRange(check.Faults().Where(fault => !misread.Any(key => Mentions(fault, key))).Select(fault => prefix + fault));
    }

    private static bool IsGroup(Type type) => type.IsClass && type != typeof(string) && !type.IsAssignableTo(typeof(System.Collections.IEnumerable));

    private static bool MayBeNull(PropertyInfo property) => new NullabilityInfoContext().Create(property).WriteState == NullabilityState.Nullable;

    private static bool Mentions(string fault, string key) => fault.Split(' ', ':', ',').Contains(key);

    private static object? ReadValue(Type type, JsonNode? json, string key, List<string> faults)
    {
        var target = Nullable.GetUnderlyingType(type) ?? type;
        try
        {
            if (target.IsEnum && json is JsonValue word && word.TryGetValue<string>(out var name))
            {
                var match = Enum.GetNames(target).FirstOrDefault(known => known.Equals(name, StringComparison.OrdinalIgnoreCase));
                if (match is not null) return Enum.Parse(target, match);
            }
            else if (json is not null && !target.IsEnum)
            {
                var value = json.Deserialize(target);
                if (value is not Array items || items.Cast<object?>().All(item => item is not null)) return value;
            }
        }
        catch (JsonException)
        {
            // told below, with the key
        }

        faults.Add($"{key}: {json?.ToJsonString() ?? "null"} is not {Expected(target)}");
        return null;
    }

    private static string Expected(Type type) => type switch
    {
        { IsEnum: true } => "one of " + string.Join(", ", Enum.GetNames(type).Select(JsonNamingPolicy.CamelCase.ConvertName)),
        _ when type == typeof(bool) => "true or false",
        _ when type == typeof(string) => "a text in quotes",
        _ when type == typeof(int) || type == typeof(long) || type == typeof(ulong) => "a whole number",
        _ when type == typeof(double) => "a number",
        _ when type.IsAssignableTo(typeof(System.Collections.IEnumerable)) => "a list [ ... ]",
        _ => "a group { ... }"
    };

    private static string Suggestion(string key, IEnumerable<string> known)
    {
        var close = known.Select(name => (Name: name, Distance: Distance(key.ToLowerInvariant(), name.ToLowerInvariant())))
            .OrderBy(candidate => candidate.Distance).FirstOrDefault();
        return close.Name is not null && close.Distance <= Math.Max(2, key.Length / 3) ? $" (did you mean {close.Name}?)" : "";
    }

    /// <summary>Levenshtein's edit distance.</summary>
    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var above = row[j];
                row[j] = Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }

        return row[^1];
    }
}
