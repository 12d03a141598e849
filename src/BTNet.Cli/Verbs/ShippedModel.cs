namespace BTNet.Cli.Verbs;

/// <summary>The model package that comes with the program, for who names none. What it is good for, and what not: models/README.md.</summary>
internal static class ShippedModel
{
    /// <summary>What is said to who gets it: nobody asked for it, and its licence is narrower than the program's.</summary>
    public const string Notice = "model: the one that comes with btnet, for research only (models/README.md); --model names another";

    /// <summary>Its folder.</summary>
    /// <exception cref="InputException">It is not there.</exception>
    public static string Folder()
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "models", "faces");
        return Directory.Exists(folder) ? folder : throw new InputException($"no model comes with this program ({folder} is missing); name one by --model, or build btnet from a whole clone");
    }
}
