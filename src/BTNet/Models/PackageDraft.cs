
namespace BTNet.Models;

/// <summary>A model package in the making: a folder beside the one it becomes, so that under the final name there is a whole
/// package or none. What is not put in place is removed.</summary>
public sealed class PackageDraft : IDisposable
{
    /// <summary>So many of a user's files are named.</summary>
    private const int Named = 5;

    private readonly string _target;
    private readonly Dictionary<string, PackageFile> _files = [];

    /// <summary>Begins a package.</summary>
    /// <param name="directory">What it will be called; where that is a link to a folder, what the link leads to.</param>
    /// <exception cref="InputException">There is a file of that name, a link that leads round in a circle, or a folder that holds anything but a model package's own
    /// files; or nothing can be written beside it.</exception>
    public PackageDraft(string directory)
    {
        ArgumentException.ThrowIfNullOrEmpty(directory);
        _target = WhereItLeads(Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory)));
        if (File.Exists(_target)) throw new InputException($"{directory} is a file; expected the name of a folder for the package");
        Folder = $"{_target}.{Guid.NewGuid():N}.tmp";
        Doing(() =>
        {
            RefuseOthers();
            Directory.CreateDirectory(Folder);
        });
    }

    /// <summary>Where it is made.</summary>
    public string Folder { get; private set; }

    /// <summary>The files so far.</summary>
    public IReadOnlyDictionary<string, PackageFile> Files => _files;

    /// <summary>Writes a file of the package.</summary>
    /// <param name="name">Its name within the package, with <c>/</c> between folders.</param>
    /// <param name="write">Writes the contents.</param>
    /// <exception cref="ArgumentException">The name leads out of the package, or is that of its manifest.</exception>
    /// <exception cref="InputException">It could not be written, such as on a full disk.</exception>
    public void Add(string name, Action<Stream> write)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(write);
        if (!ManifestFaults.IsWithin(name) || name == ModelPackage.ManifestFile)
            throw new ArgumentException($"'{name}' is no name of a file within the package; expected one such as folder/file, without '..', '\\' and ':', and another than {ModelPackage.ManifestFile}", nameof(name));
        var path = Path.Combine([Folder, .. name.Split('/')]);
        AtomicFile.Write(path, write);
        Doing(() =>
        {
            using var stream = File.OpenRead(path);
            _files[name] = new PackageFile(stream.Length, FileHash.Of(stream));
        });
    }

    /// <summary>Writes the manifest, with the files as they are and the lowest format version that can say all of it; the package can be opened at <see cref="Folder"/> then.</summary>
    /// <exception cref="InputException">It says what cannot be, so that nobody could open the package; every fault is named. Or it could not be written.</exception>
    public void Describe(ModelManifest manifest)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        var text = ManifestText.Write(manifest with { Files = _files, FormatVersion = ManifestFaults.LeastVersion(manifest) });
        // Whoever opens the package reads it so.
        ManifestText.Read(text, $"the manifest for {_target}");
        AtomicFile.Write(Path.Combine(Folder, ModelPackage.ManifestFile), stream => stream.Write(text));
    }

    /// <summary>Gives the package its name; one that was there before is replaced.</summary>
    /// <exception cref="InputException">It could not be moved, or other files have come into the folder meanwhile; what was there
    /// before is still there.</exception>
    public void PutInPlace() => PutInPlace(source: null);

    /// <summary><see cref="PutInPlace()"/>, only where what was there before is still the package that this one was made of.</summary>
    /// <param name="source">That package; null where it does not matter.</param>
    /// <exception cref="InputException">As there, or another package has come into its place meanwhile, which stays.</exception>
    internal void PutInPlace(ModelPackage? source) => Doing(() =>
    {
        RefuseOthers();
        if (!Directory.Exists(_target))
        {
            if (source is not null) throw source.Changed();
            Directory.Move(Folder, _target);
        }
        else
        {
            var before = $"{_target}.{Guid.NewGuid():N}.old";
            Directory.Move(_target, before);
            try
            {
                // Under this name nobody else comes between.
                if (source?.HasManifestOf(before) == false) throw source.Changed();
                Directory.Move(Folder, _target);
            }
            catch when (!Directory.Exists(_target))
            {
                Directory.Move(before, _target);
                throw;
            }
            catch
            {
                // Another export was quicker: its package is newer than the one that was there.
                Remove(before);
                throw;
            }

            Remove(before);
        }

        Folder = _target;
    });

    /// <inheritdoc />
    public void Dispose()
    {
        if (Folder != _target) Remove(Folder);
    }

    /// <summary>A link stays what it is: the package goes where it leads.</summary>
    private static string WhereItLeads(string path)
    {
        try
        {
            return new DirectoryInfo(path) is { LinkTarget: not null } link ? Path.TrimEndingDirectorySeparator(link.ResolveLinkTarget(returnFinalTarget: true)!.FullName) : path;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path}: is a link that cannot be followed ({fault.Message.TrimEnd('.')}); expected a folder for the package, or a link to one", fault);
        }
    }

    /// <summary>The folder is replaced as a whole, so it may hold nothing that is not a package's.</summary>
    private void RefuseOthers()
    {
        if (!Directory.Exists(_target)) return;
        if (!ModelPackage.IsPackage(_target))
        {
            if (Directory.EnumerateFileSystemEntries(_target).Any()) throw new InputException($"{_target} holds other files and no model package; expected a new folder, an empty one, or a package to replace");
            return;
        }

        var own = OwnFiles();
        var others = Directory.EnumerateFiles(_target, "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(_target, file).Replace(Path.DirectorySeparatorChar, '/'))
            .Where(file => !own.Contains(file)).Order(StringComparer.Ordinal).ToList();
        if (others.Count == 0) return;
        var rest = others.Count > Named ? $" and {others.Count - Named} more" : "";
        throw new InputException($"{_target} holds {others.Count} other file{(others.Count == 1 ? "" : "s")} beside its model package: {string.Join(", ", others.Take(Named))}{rest}. The folder is replaced as a whole; move them elsewhere first, or give another folder");
    }

    private HashSet<string> OwnFiles()
    {
        var path = Path.Combine(_target, ModelPackage.ManifestFile);
        try
        {
            return [ModelPackage.ManifestFile, .. ManifestText.Read(ModelPackage.Read(path), path).Files.Keys];
        }
        catch (InputException fault)
        {
            throw new InputException($"{_target} cannot be replaced, for it cannot be told which files are its model package's. Give another folder, or remove this one first. {fault.Message}", fault);
        }
    }

    /// <summary>Removes what is no longer needed; where that fails, what was wanted is done, or the user must hear first of what was not.</summary>
    private static void Remove(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // See above.
        }
    }

    private void Doing(Action work)
    {
        try
        {
            work();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{_target}: the package could not be written ({fault.Message.TrimEnd('.')}). Give a folder on a disk with room, in a place that you may write to", fault);
        }
    }
}
