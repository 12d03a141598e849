using BTNet.Training.Losses;
using TorchSharp;
using static TorchSharp.torch;

namespace BTNet.Training.Tests.Losses;

public sealed class AdaFaceLossTests
{
    [Fact]
    public void Loss_and_state_over_thirty_steps_are_those_of_the_papers_formulas_in_double_precision()
    {
        using var scope = NewDisposeScope();
        var classifier = CosineClassifier.FromWeight(LossGolden.Weight());
        var loss = new AdaFaceLoss();
        var paper = new Paper();
        var scalers = new List<double>();
        for (var step = 0; step < 30; step++)
        {
            // Norms from below the least to above the greatest that count, so that both clips take part.
            var scale = tensor(Enumerable.Range(0, 6).Select(row => (float)Math.Pow(10, (row + step) % 8 - 4)).ToArray(), 6, 1);
            var embeddings = LossGolden.Embeddings() * scale;
            var cosines = classifier.Cosines(embeddings);

            var actual = loss.Loss(embeddings, cosines, tensor(LossGolden.Labels)).item<float>();

            var expected = paper.Loss(Rows(embeddings), Rows(cosines), LossGolden.Labels, scalers);
            Assert.Equal(expected, actual, 1e-4 * expected);
            Assert.Equal(paper.Mean, loss.NormMean, 1e-4);
            Assert.Equal(paper.Deviation, loss.NormDeviation, 1e-4);
        }

        Assert.Contains(scalers, scaler => scaler < -0.05);
        Assert.Contains(scalers, scaler => scaler > 0.2);
    }

    [Fact]
    public void Gradient_is_that_of_finite_differences_with_the_norm_held_fixed()
    {
        using var scope = NewDisposeScope();
        var labels = new long[] { 1, 2 };
        var cosines = tensor(new[] { 0.30f, 0.55f, -0.2f, 0.1f, 0.45f, 0.5f }, 2, 3);
        cosines.requires_grad = true;
        var embeddings = tensor(new[] { 3f, 4f, 30f, 40f }, 2, 2);

        // A small scale keeps the softmax away from its ends, where differences say nothing.
        new AdaFaceLoss(scale: 4).Loss(embeddings, cosines, tensor(labels)).backward();

        var gradient = LossGolden.Values(cosines.grad!);
        for (var i = 0; i < gradient.Length; i++)
        {
            double At(double delta)
            {
                var rows = Rows(cosines);
                rows[i / 3][i % 3] += delta;
                return new Paper { Scale = 4 }.Loss(Rows(embeddings), rows, labels, []);
            }

            Assert.Equal((At(1e-5) - At(-1e-5)) / 2e-5, gradient[i], 1e-4);
        }
    }

    [Fact]
    public void A_sharp_faces_margin_is_additive_and_a_blurred_ones_angular()
    {
        using var scope = NewDisposeScope();
        var loss = new AdaFaceLoss(scale: 1);
        loss.Restore([50, 1]);
        var cosines = full([2, 2], 0.5f);

        // Far above and far below the mean: the margin scaler is held to 1 and -1.
        var target = LossGolden.Values(loss.Logits(tensor(new[] { 100f, 1f }, 2, 1), cosines, zeros(2, ScalarType.Int64)).select(1, 0));

        Assert.Equal(Math.Cos(Math.Acos(0.5) - 0.4) - 0.8, target[0], 1e-5);
        Assert.Equal(Math.Cos(Math.Acos(0.5) + 0.4), target[1], 1e-5);
    }

    [Fact]
    public void A_batch_of_one_leaves_the_running_deviation_alone()
    {
        using var scope = NewDisposeScope();
        var loss = new AdaFaceLoss();
        var value = loss.Loss(ones(1, 4), full([1, 2], 0.5f), zeros(1, ScalarType.Int64));
        Assert.True(float.IsFinite(value.item<float>()));
        Assert.Equal(100, loss.NormDeviation);
        Assert.Equal(20 * 0.99 + 2 * 0.01, loss.NormMean, 1e-5);
    }

    private static double[][] Rows(Tensor matrix)
    {
        var values = LossGolden.Values(matrix);
        return [.. values.Select(value => (double)value).Chunk((int)matrix.shape[1])];
    }

    /// <summary>AdaFace written out row by row from the paper, in double precision, sharing nothing with the product.</summary>
    private sealed class Paper
    {
        public double Mean { get; private set; } = 20;

        public double Deviation { get; private set; } = 100;

        public double Scale { get; init; } = 64;

        public double Loss(double[][] embeddings, double[][] cosines, long[] labels, List<double> scalers)
        {
            const double m = 0.4, h = 0.333, alpha = 0.01, epsilon = 1e-3;
            var norms = embeddings.Select(row => Math.Clamp(Math.Sqrt(row.Sum(value => value * value)), 0.001, 100)).ToArray();
            var mean = norms.Average();
            var deviation = Math.Sqrt(norms.Sum(norm => (norm - mean) * (norm - mean)) / (norms.Length - 1));
            Mean = alpha * mean + (1 - alpha) * Mean;
            Deviation = alpha * deviation + (1 - alpha) * Deviation;

            var sum = 0.0;
            for (var row = 0; row < labels.Length; row++)
            {
                var scaler = Math.Clamp(h * (norms[row] - Mean) / (Deviation + epsilon), -1, 1);
                scalers.Add(scaler);
                var theta = Math.Acos(Math.Clamp(cosines[row][labels[row]], -1 + epsilon, 1 - epsilon));
                var logits = cosines[row].Select(cosine => Scale * cosine).ToArray();
                logits[labels[row]] = Scale * (Math.Cos(Math.Clamp(theta - m * scaler, epsilon, Math.PI - epsilon)) - (m + m * scaler));
                var greatest = logits.Max();
                sum += greatest + Math.Log(logits.Sum(logit => Math.Exp(logit - greatest))) - logits[labels[row]];
            }

            return sum / labels.Length;
        }
    }
}
