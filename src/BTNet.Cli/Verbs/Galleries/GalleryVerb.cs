using System.CommandLine;
using BTNet.Cli.Output;

namespace BTNet.Cli.Verbs.Galleries;

/// <summary><c>btnet gallery</c>: people who are enrolled, and who a face is.</summary>
internal static class GalleryVerb
{
    /// <summary>The gallery, which nearly every verb here begins with.</summary>
    public static Argument<string> Place() => new("GALLERY")
    {
        Description = "The gallery: a file, or where it is on a PostgreSQL server, such as postgres://user@host:5432/database?gallery=people (the password from PGPASSWORD or .pgpass; docs/gallery.md)"
    };

    /// <summary>The policy of decisions.</summary>
    public static Option<string> FalseAlarms() => new("--false-alarms")
    {
        Description = "Of searches with strangers, how many may be taken for somebody: 1/1000, 0.1% or 0.001. What strangers reach ten times as often is unsure", HelpName = "RATE", DefaultValueFactory = _ => "1/1000"
    };

    public static Command Create(Terminal terminal) => new Verb("gallery", "Enrols people in a gallery, and says who a face is.", "btnet gallery create people.gallery", "btnet gallery enroll --help", "btnet gallery identify --help")
    {
        GalleryCreateVerb.Create(terminal),
        GalleryEnrollVerb.Create(terminal),
        GalleryIdentifyVerb.Create(terminal),
        GalleryListVerb.Create(terminal),
        GalleryInfoVerb.Create(terminal),
        GalleryTemplatesVerb.Create(terminal),
        GalleryRemoveVerb.Create(terminal),
        GalleryCopyVerb.Create(terminal),
        GalleryBackupVerb.Create(terminal),
        GalleryRestoreVerb.Create(terminal),
        GalleryCompactVerb.Create(terminal),
        GallerySalvageVerb.Create(terminal),
        GalleryIndexVerb.Create(terminal)
    };
}
