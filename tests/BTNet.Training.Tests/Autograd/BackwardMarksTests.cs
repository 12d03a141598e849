using BTNet.Resolutions;
using BTNet.Training.Autograd;
using BTNet.Training.Branches;
using BTNet.Training.Tests.Golden;
using static TorchSharp.torch;

namespace BTNet.Training.Tests.Autograd;

[Collection(nameof(TorchRandomness))]
public sealed class BackwardMarksTests
{
    private readonly List<List<Tensor>> _set = [];
    private readonly List<int> _reached = [];
    private readonly Dictionary<Tensor, Tensor> _then = new(ReferenceEqualityComparer.Instance);

    [Theory]
    [InlineData("iresnet10")]
    [InlineData("mobilefacenet")]
    public void A_trunks_gradients_are_complete_layer_by_layer_when_the_mark_before_the_layer_is_reached(string backbone)
    {
        using var scope = NewDisposeScope();
        using var marks = new BackwardMarks();
        using var trunk = SmallNetworks.Trunk(SmallNetworks.Spec with { Name = backbone });
        foreach (var weight in trunk.Weights.Where(weight => weight.IsParameter)) weight.Tensor.requires_grad = true;

        var embeddings = trunk.Forward(Wave.Image("marked", 2, 3, 112, 112), training: true, before: used => Mark(marks, used));
        marks.RunBackward(embeddings.square().sum());

        AssertComplete([.. trunk.Weights.Where(weight => weight.IsParameter).Select(weight => weight.Tensor)]);
    }

    [Fact]
    public void A_branchs_are_too_with_a_loss_on_its_map_and_a_tail_whose_norms_alone_are_trained()
    {
        using var scope = NewDisposeScope();
        using var marks = new BackwardMarks();
        using var trunk = SmallNetworks.Trunk();
        using var branch = new Branch(trunk, Resolution.Of(14));
        Trainable.Freeze(trunk.Weights);
        var trained = Trainable.Only(branch.Weights, branch.Trainable);

        var map = branch.Map(Wave.Image("marked", 2, 3, 14, 14), training: true, before: used => Mark(marks, used));
        var embeddings = branch.Embed(map, training: true, before: used => Mark(marks, used));
        marks.RunBackward(map.square().sum().add(embeddings.square().sum()));

        AssertComplete([.. trained]);
    }

    [Fact]
    public void Without_gradients_no_mark_is_set()
    {
        using var marks = new BackwardMarks();
        using var number = ones(1, requires_grad: true);
        using (no_grad()) marks.Add(() => _reached.Add(0));
        using var loss = number.sum();

        marks.RunBackward(loss);

        Assert.Empty(_reached);
    }

    [Fact]
    public void What_a_mark_throws_comes_out_of_the_backward_pass_and_the_next_pass_is_as_if_nothing_had_been()
    {
        using var scope = NewDisposeScope();
        using var marks = new BackwardMarks();
        var number = ones(1, requires_grad: true);
        marks.Add(() => _reached.Add(1));
        marks.Add(() => throw new InputException("full"));

        Assert.Equal("full", Assert.Throws<InputException>(() => marks.RunBackward(number.sum())).Message);
        Assert.Empty(_reached);

        marks.Add(() => _reached.Add(2));
        marks.RunBackward(number.sum());
        Assert.Equal([2], _reached);
    }

    private void Mark(BackwardMarks marks, IEnumerable<Tensor> used)
    {
        List<Tensor> own = [.. used.Where(tensor => tensor.requires_grad)];
        if (own.Count == 0) return;
        var number = _set.Count;
        _set.Add(own);
        marks.Add(() =>
        {
            _reached.Add(number);
            foreach (var tensor in own)
            {
                if (!_then.ContainsKey(tensor)) _then.Add(tensor, tensor.grad!.clone());
            }
        });
    }

    private void AssertComplete(IReadOnlyList<Tensor> trained)
    {
        Assert.Equal(Enumerable.Range(0, _set.Count).Reverse(), _reached);
        Assert.Equal(trained.Count, _then.Count);
        // Not all at the end: the last layers' are complete long before the first one's.
        Assert.True(_set.Count > 10);
        Assert.All(trained, tensor => Assert.True(SmallNetworks.AreEqual(tensor.grad!, _then[tensor])));
    }
}
