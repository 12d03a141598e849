using System.Numerics.Tensors;
using BTNet.Embeddings;
using BTNet.Faces;
using BTNet.Matching;

namespace BTNet.Evaluation.Protocols.Ijbc;

/// <summary>
/// The templates of a set in every view asked for. Images go through the network a chunk at a time, in the order of their media, each in each view once; what stays is templates x views x embedding
/// size numbers.
/// </summary>
internal sealed class TemplateFeatures
{
    private readonly Dictionary<TemplateView, float[]?[]> _values;

    private TemplateFeatures(Dictionary<TemplateView, float[]?[]> values, int broken) => (_values, BrokenImages, Present) = (values, broken, [.. values.Values.First().Select(template => template is not null)]);

    /// <summary>Images that could not be had.</summary>
    public int BrokenImages { get; }

    /// <summary>Of each template, whether any of its images was there.</summary>
    public bool[] Present { get; }

    /// <summary>The templates in a view, of length 1; null where no image was there.</summary>
    public float[]?[] Of(TemplateView view) => _values[view];

    public static TemplateFeatures Compute(
        IEmbedder embedder, IjbcSet set, IIjbcFaces faces, IReadOnlyList<TemplateView> views, IjbcOptions options, SkippedItems skipped, IProgress<WorkProgress>? progress, CancellationToken cancellation)
    {
        var (images, seeing) = (set.Images, options.Seeing);
        ImageSight[] sights = [.. views.SelectMany(view => view.Sights).Distinct()];
        FaceView[] forms = [.. sights.Select(sight => sight.View).Distinct()];
        BTNet.Resolutions.Resolution[] sides = [.. forms.Select(form => form.Resolution).Distinct()];
        var sums = views.ToDictionary(view => view, _ => new TemplateSums(set.TemplateIds.Count, embedder.EmbeddingSize));
        var (order, broken) = (images.ByMedium(), new Dictionary<int, string>());
        var list = new ImageList(set.Name, order, set.MissingImages);
        for (var start = 0; start < order.Length; start += seeing.ImagesAtATime)
        {
            cancellation.ThrowIfCancellationRequested();
            ArraySegment<int> numbers = new(order, start, Math.Min(seeing.ImagesAtATime, order.Length - start));
            var chunk = FaceChunk.See(numbers.Count, i => images.Names[numbers[i]], i => See(numbers[i]), cancellation);
            foreach (var (i, reason) in chunk.Broken)
            {
                broken.Add(numbers[i], $"{images.Names[numbers[i]]}: {reason}");
                skipped.Add(images.Names[numbers[i]], reason);
            }

            if (chunk.Broken.Count > 0) list.Require(options.GreatestBrokenShare, broken);
            var embedded = sights.ToDictionary(sight => sight, sight => chunk.Embed(embedder, sight.View, sight.Mirrored, cancellation));
            foreach (var view in views)
            {
                var features = view.Second is { } second ? embedded[view.First].Plus(embedded[second]) : embedded[view.First];
                var whole = chunk.Faces(view.First.View);
                var qualities = options is { Weight: ImageWeight.Quality, Calibration: { } calibration } ? Qualities(view, chunk, embedded, calibration) : new float[features.Rows];
                for (var row = 0; row < features.Rows; row++)
                {
                    var image = numbers[whole[row]];
                    sums[view].Add(images.Templates[image], images.Media[image], features[row], ImageWeights.Factor(options.Weight, TensorPrimitives.Norm(features[row]), images.Scores[image], qualities[row]));
                }
            }

            progress?.Report(new WorkProgress("embedding faces", start + numbers.Count, order.Length, "images"));
        }

        return new TemplateFeatures(sums.ToDictionary(one => one.Key, one => one.Value.Finish()), broken.Count);

        IReadOnlyList<(FaceView, FaceImage)> See(int image)
        {
            var seen = faces.See(image, sides);
            return [.. forms.Select(form => (form, form.Enter(seen[Array.IndexOf(sides, form.Resolution)], seeing)))];
        }
    }

    /// <summary>How useful images are in a view; of two embeddings that are added up, the mean.</summary>
    private static float[] Qualities(TemplateView view, FaceChunk chunk, Dictionary<ImageSight, EmbeddingMatrix> embedded, CalibrationTable calibration)
    {
        var qualities = new float[chunk.Faces(view.First.View).Count];
        ImageSight[] sights = [.. view.Sights];
        Parallel.For(0, qualities.Length, row => qualities[row] = sights.Average(sight =>
            (float)FaceQuality.Of(chunk.Seen(sight.View, row), sight.View.Resolution, TensorPrimitives.Norm(embedded[sight][row]), calibration).Usefulness));
        return qualities;
    }
}
