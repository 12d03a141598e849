namespace BTNet.Evaluation.Protocols.Calibration;

/// <summary>Faces of different people to calibrate scores with; nobody of them should be among those whom the model was trained on.</summary>
public sealed class CalibrationSet
{
    /// <param name="name">For reports.</param>
    /// <param name="images">The images.</param>
    /// <param name="people">Whose each is, from 0.</param>
    /// <exception cref="ArgumentException">They are not as many.</exception>
    public CalibrationSet(string name, IReadOnlyList<ListedImage> images, IReadOnlyList<int> people)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(people);
        if (images.Count != people.Count) throw new ArgumentException($"{images.Count} images and {people.Count} people do not fit", nameof(people));
        (Name, Images, People) = (name, images, people);
    }

    /// <summary>For reports.</summary>
    public string Name { get; }

    /// <summary>The images.</summary>
    public IReadOnlyList<ListedImage> Images { get; }

    /// <summary>Whose each is.</summary>
    public IReadOnlyList<int> People { get; }

    /// <summary>The same with at most so many images of each person, the first.</summary>
    public CalibrationSet Few(int most)
    {
        Dictionary<int, int> seen = [];
        int[] kept = [.. Enumerable.Range(0, Images.Count).Where(i => (seen[People[i]] = seen.GetValueOrDefault(People[i]) + 1) <= most)];
        return new CalibrationSet(Name, [.. kept.Select(i => Images[i])], [.. kept.Select(i => People[i])]);
    }
}
