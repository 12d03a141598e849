using System.CommandLine;
using BTNet.Cli.Output;
using BTNet.Gallery;

namespace BTNet.Cli.Verbs.Galleries;

/// <summary><c>btnet gallery copy</c>.</summary>
internal static class GalleryCopyVerb
{
    public static Command Create(Terminal terminal)
    {
        var from = new Argument<string>("FROM") { Description = "The gallery: a file, or where it is on a PostgreSQL server, such as postgres://user@host:5432/database?gallery=people. It may be used meanwhile" };
        var to = new Argument<string>("TO") { Description = "Where the copy is to be, a file or on a server, which must not be there" };
        var json = new Option<bool>("--json") { Description = "Print JSON" };
        var verb = new Verb(
            "copy",
            "Copies a gallery with everybody in it, from a file to a server or back, or to another file or server: ids, names, attributes and faces with the models that made them, so that searches give the same. No pictures are needed. The copy is there when it is whole, or not at all; what an interrupted one leaves, the same command replaces. It is of the moment at which it begins; numbers of faces and the change feed begin anew.",
            "btnet gallery copy people.gallery \"postgres://anna@host/faces?gallery=people\"",
            "btnet gallery copy \"postgres://anna@host/faces?gallery=people\" people.gallery") { from, to, json };
        verb.SetAction(async (parsed, _) =>
        {
            var (source, target) = (GalleryPlace.Of(parsed.GetRequiredValue(from)), GalleryPlace.Of(parsed.GetRequiredValue(to)));
            if (source.Is(target)) throw new InputException($"{source.Name}: is both what is copied and where the copy is to be; expected another name for the copy");
            using var interruption = new Interruption(terminal, "stopping; once more to stop at once");
            await using var gallery = await source.OpenAsync(model: null, interruption.Token).ConfigureAwait(false);
            var before = (await gallery.CountAsync(interruption.Token).ConfigureAwait(false)).LastChange;
            GalleryCounts counts;
            try
            {
                counts = ProgressDisplay.During(terminal, progress => target.CreateCopyAsync(gallery, progress, interruption.Token).GetAwaiter().GetResult());
            }
            catch (OperationCanceledException)
            {
                terminal.Say("stopped; nothing of the copy is left");
                return ExitCode.Interrupted;
            }

            long? meanwhile = null;
            try
            {
                meanwhile = (await gallery.CountAsync(CancellationToken.None).ConfigureAwait(false)).LastChange - before;
            }
            catch (InputException fault)
            {
                terminal.Say($"{fault.Message}; so it is not known whether anything was changed there since the copy began");
            }

            if (meanwhile > 0) terminal.Say($"{source.Name}: {meanwhile:N0} changes were made since the copy began, which may not be in it; where they are to be, copy again when nobody changes anything");
            if (parsed.GetValue(json)) ResultJson.Print(terminal, new { From = source.Name, To = target.Name, counts.Subjects, counts.Templates, Meanwhile = meanwhile });
            else
            {
                terminal.Result($"{target.Name}: {counts.Subjects:N0} people with {counts.Templates:N0} faces, copied from {source.Name} and read back");
                terminal.Result("  numbers of faces and the change feed begin anew: who follows it reads that of the copy from the start");
                if (target.AfterCopy is { } rest) terminal.Result($"  {rest}");
            }

            return ExitCode.Done;
        });
        return verb;
    }
}
