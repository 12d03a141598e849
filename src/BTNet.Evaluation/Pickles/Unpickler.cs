using static BTNet.Evaluation.Pickles.PickleOpcode;

namespace BTNet.Evaluation.Pickles;

/// <summary>
/// Reads Python pickles of protocols 0 to 5 without running any code of theirs: names are looked up in a table of C#
/// functions and nowhere else. Time and memory are bounded by the length of the pickle; nothing here recurses.
/// </summary>
/// <remarks>The machine is described in Python's <c>pickletools</c>. Sets, keyword arguments, extension codes and
/// out-of-band buffers, which the files read here never have, are refused.</remarks>
public sealed class Unpickler
{
    private readonly PickleInput _input;
    private readonly PickleStack _stack;
    private readonly PickleGlobals _globals;
    private readonly PickleFunction? _persistent;
    private long _charged;

    private Unpickler(PickleInput input, PickleGlobals globals, PickleFunction? persistent)
        => (_input, _stack, _globals, _persistent) = (input, new PickleStack(input), globals, persistent);

    /// <summary>Reads one pickle.</summary>
    /// <param name="pickle">The whole pickle, which bytes in the result keep referring to; what follows its end is ignored, as in Python.</param>
    /// <param name="name">The file's name, for messages.</param>
    /// <param name="globals">The names that it may ask for.</param>
    /// <param name="persistent">What stands for values kept outside the pickle, given their id as the only argument; null where there are none.</param>
    /// <returns>The value: null for None, bool, long, double, string, <see cref="PickleBytes"/>, <see cref="PickleTuple"/>,
    /// <see cref="PickleList"/>, <see cref="PickleDict"/>, <see cref="PickleName"/>, or what a function of the table made.</returns>
    /// <exception cref="InputException">Not a pickle, cut off, damaged, too large, or it asks for a name that is not
    /// in the table; the message has the name and the byte offset.</exception>
    public static object? Read(ReadOnlyMemory<byte> pickle, string name, PickleGlobals globals, PickleFunction? persistent = null)
    {
        ArgumentNullException.ThrowIfNull(globals);
        if (pickle.IsEmpty) throw new InputException($"{name} is empty; expected {globals.Expected}");
        return new Unpickler(new PickleInput(pickle, name), globals, persistent).Run();
    }

    internal InputException Fault(string message) => _input.Fault(message);

    internal void Charge(long bytes)
    {
        _charged += bytes;
        if (_charged > _input.Length) throw Fault($"copies of values take more than the {_input.Length} bytes of the file; no file of this kind does that");
    }

    private object? Run()
    {
        while (true)
        {
            var opcode = _input.Opcode();
            if (opcode == Stop) return _stack.Pop();
            if (!TryLiteral(opcode) && !TryContainer(opcode) && !TryCall(opcode)) throw Unknown(opcode);
        }
    }

    private bool TryLiteral(PickleOpcode opcode)
    {
        switch (opcode)
        {
            case None: _stack.Push(null); break;
            case NewTrue: _stack.Push(true); break;
            case NewFalse: _stack.Push(false); break;
            case Int: _stack.Push(_input.IntegerOrBooleanLine()); break;
            case Long: _stack.Push(_input.IntegerLine()); break;
            case BinInt: _stack.Push((long)_input.Int32()); break;
            case BinInt1: _stack.Push((long)_input.Byte()); break;
            case BinInt2: _stack.Push((long)_input.UInt16()); break;
            case Long1: _stack.Push(_input.LittleEndianInteger(_input.Byte())); break;
            case Long4: _stack.Push(_input.LittleEndianInteger(_input.Count32())); break;
            case PickleOpcode.Float: _stack.Push(_input.NumberLine()); break;
            case BinFloat: _stack.Push(_input.BigEndianDouble()); break;
            case PickleOpcode.String: _stack.Push(new PickleBytes(PickleText.Unquote(_input.Line()) ?? throw Fault("a quoted text is malformed"))); break;
            case BinString: _stack.Push(_input.Bytes(_input.Count32())); break;
            case ShortBinString or ShortBinBytes: _stack.Push(_input.Bytes(_input.Byte())); break;
            case BinBytes: _stack.Push(_input.Bytes(_input.UInt32())); break;
            case BinBytes8 or ByteArray8: _stack.Push(_input.Bytes(_input.UInt64())); break;
            case Unicode: _stack.Push(PickleText.Unescape(_input.Line()) ?? throw Fault("an escaped text is malformed")); break;
            case ShortBinUnicode: _stack.Push(_input.Utf8(_input.Byte())); break;
            case BinUnicode: _stack.Push(_input.Utf8(_input.UInt32())); break;
            case BinUnicode8: _stack.Push(_input.Utf8(_input.UInt64())); break;
            default: return false;
        }

        return true;
    }

    private bool TryContainer(PickleOpcode opcode)
    {
        switch (opcode)
        {
            case PickleOpcode.Mark: _stack.Mark(); break;
            case PickleOpcode.Pop: _stack.Drop(); break;
            case PopMark: _stack.PopToMark(); break;
            case Dup: _stack.Push(_stack.Peek()); break;
            case EmptyTuple: _stack.Push(new PickleTuple([])); break;
            case Tuple1 or Tuple2 or Tuple3: _stack.Push(new PickleTuple(_stack.Pop(opcode - Tuple1 + 1))); break;
            case PickleOpcode.Tuple: _stack.Push(new PickleTuple(_stack.PopToMark())); break;
            case EmptyList: _stack.Push(new PickleList()); break;
            case PickleOpcode.List: Extend(new PickleList(), _stack.PopToMark()); break;
            case Append:
                var item = _stack.Pop();
                Popped<PickleList>().Add(item);
                break;
            case Appends:
                var items = _stack.PopToMark();
                Popped<PickleList>().AddRange(items);
                break;
            case EmptyDict: _stack.Push(new PickleDict()); break;
            case Dict:
                var entries = _stack.PopToMark();
                _stack.Push(new PickleDict());
                Set(entries);
                break;
            case SetItem: Set(_stack.Pop(2)); break;
            case SetItems: Set(_stack.PopToMark()); break;
            case Put: _stack.Remember(Slot()); break;
            case BinPut: _stack.Remember(_input.Byte()); break;
            case LongBinPut: _stack.Remember(_input.UInt32()); break;
            case Memoize: _stack.RememberNext(); break;
            case PickleOpcode.Get: _stack.Recall(Slot()); break;
            case BinGet: _stack.Recall(_input.Byte()); break;
            case LongBinGet: _stack.Recall(_input.UInt32()); break;
            default: return false;
        }

        return true;
    }

    private bool TryCall(PickleOpcode opcode)
    {
        switch (opcode)
        {
            case Proto:
                if (_input.Byte() is var version and > 5) throw Fault($"pickle protocol {version}; 0 to 5 are understood. Write the file with protocol=4.");
                break;
            case Frame:
                _input.UInt64(); // A hint for buffered reading; the instructions within count for themselves.
                break;
            case Global: _stack.Push(Find(_input.TextLine(), _input.TextLine())); break;
            case StackGlobal:
                var names = _stack.Pop(2);
                if (names is not [string module, string member]) throw Fault("names a function by something that is no text: the file is damaged");
                _stack.Push(Find(module, member));
                break;
            case Reduce or NewObj:
                var parts = _stack.Pop(2);
                _stack.Push(Call(parts[0], parts[1] as PickleTuple ?? throw Fault($"the arguments of a call are {PickleText.Describe(parts[1])}")));
                break;
            case Inst:
                var name = Find(_input.TextLine(), _input.TextLine());
                _stack.Push(Call(name, new PickleTuple(_stack.PopToMark())));
                break;
            case Obj:
                var made = _stack.PopToMark();
                _stack.Push(Call(made.Length > 0 ? made[0] : null, new PickleTuple(made.Length > 0 ? made[1..] : [])));
                break;
            case Build:
                var state = _stack.Pop();
                if (_stack.Peek() is not IPickleState target) throw Fault($"sets the state of {PickleText.Describe(_stack.Peek())}, which takes none");
                target.SetState(new PickleCall(this, "BUILD", [state]));
                break;
            case PersId: Load(_input.TextLine()); break;
            case BinPersId: Load(_stack.Pop()); break;
            default: return false;
        }

        return true;
    }

    private InputException Unknown(PickleOpcode opcode) => Enum.IsDefined(opcode)
        ? Fault($"the pickle instruction {opcode} is not supported; {_globals.Expected} does without it")
        : Fault($"0x{(byte)opcode:X2} is no pickle instruction: the file is damaged, or not {_globals.Expected}");

    private uint Slot()
    {
        var slot = _input.IntegerLine();
        return slot is >= 0 and <= uint.MaxValue ? (uint)slot : throw Fault($"{slot} is no place of the memo: the file is damaged");
    }

    private T Popped<T>()
        where T : class => _stack.Peek() as T ?? throw Fault($"adds to {PickleText.Describe(_stack.Peek())}: the file is damaged");

    private void Extend(PickleList list, object?[] items)
    {
        list.AddRange(items);
        _stack.Push(list);
    }

    private void Set(object?[] entries)
    {
        var dictionary = Popped<PickleDict>();
        if (entries.Length % 2 != 0) throw Fault("a dictionary has a key without a value: the file is damaged");
        for (var i = 0; i < entries.Length; i += 2)
            if (dictionary.Set(entries[i], entries[i + 1]) is { } wrong) throw Fault(wrong);
    }

    private PickleName Find(string module, string member) => _globals.Find($"{module}.{member}") ?? throw Fault(
        $"asks for {PickleText.Printable(module)}.{PickleText.Printable(member)}, which is not part of {_globals.Expected}. A pickle can run any code "
        + $"by such names; nothing was run, and the file is not to be trusted. {_globals.Advice}");

    private object? Call(object? target, PickleTuple arguments) => target is PickleName { Function: { } function } name
        ? function(new PickleCall(this, name.Name, arguments.Items))
        : throw Fault($"calls {PickleText.Describe(target)}, which is no function");

    private void Load(object? id) => _stack.Push(_persistent is null
        ? throw Fault($"refers to a value outside the file, which {_globals.Expected} never does")
        : _persistent(new PickleCall(this, "persistent id", [id])));
}
