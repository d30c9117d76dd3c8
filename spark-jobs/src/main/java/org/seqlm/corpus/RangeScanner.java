package org.seqlm.corpus;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.LongConsumer;
import org.apache.hadoop.conf.Configuration;
import org.seqlm.UserException;
import org.seqlm.corpus.plan.CorpusRange;
import org.seqlm.corpus.plan.CorpusSource;
import org.seqlm.corpus.plan.DocumentFields;
import org.seqlm.corpus.plan.DocumentUnit;
import org.seqlm.dataset.SplitMethod;
import org.seqlm.text.Hash128;
import org.seqlm.text.TextRules;
import org.seqlm.text.TokenSink;
import org.seqlm.text.Tokenizer;
import org.seqlm.text.TokenizerKind;
import org.seqlm.text.Utf8;
import org.seqlm.text.WordsHash;
import org.seqlm.vocab.PackedTokens;
import org.seqlm.vocab.TokenTable;
import org.seqlm.vocab.Vocabulary;

/**
 * Reads one range once: tokens become ids of a dictionary of the range's own. Gives, lazily and in
 * this order, {@link LocalBlock}s by rising offset with a {@link LocalDictionary} after the blocks
 * of each chunk, then the {@link RangeDocuments} and the {@link RangeSummary}. Memory does not grow
 * with the tokens, since a chunk ends when its dictionary has grown large, but 16 bytes are kept of
 * each document of the range: of a file that cannot be split and holds one a line, of all its
 * lines.
 */
public final class RangeScanner implements Iterator<RangePart>, Closeable {
  /** Dictionaries end at a record's end past either of these. */
  private static final int MAX_TYPES = 2 << 20;

  private static final int MAX_DICTIONARY_BYTES = 64 << 20;

  private static final int MOST_DOCUMENTS = Integer.MAX_VALUE - 8; // of an array

  private static final byte[] LINE_FEED = {'\n'};
  private static final int LINE_END = 2;

  private final Configuration conf;
  private final CorpusSource source;
  private final CorpusRange range;
  private final LongConsumer bytesRead;
  private final int maxTypes;
  private final boolean characters;
  private final int reserved;
  private final List<byte[]> noWords; // none for characters, each of which is one
  private final Tokenizer tokenizer;
  private final TokenSink sink = this::token;
  private final Hash128 hash = new Hash128();
  private final RangeLabels.Collector labels;
  private final WordsHash words; // null unless documents are told apart by their words
  private final ArrayDeque<RangePart> ready = new ArrayDeque<>();
  private final Records records;
  private final RangeSummary summary;
  private final RangeTail tail;

  private int next; // piece
  private PieceReader reader;
  private boolean done;

  // The chunk and the block that are being filled.
  private int chunk;
  private TokenTable table = new TokenTable(1 << 12);
  private long[] counts = new long[1 << 12];
  private final int[] asciiIds = new int[128]; // of tokens of one ASCII byte, or -1
  private int[] tokens = new int[1 << 18];
  private int size;
  private final Ints blockDocuments = new Ints();
  private final Ints oddAt = new Ints();
  private final Ints oddBy = new Ints();
  private boolean blockLineStart = true;

  // The documents of the range.
  private long[] documentStarts = new long[16];
  private long[] documentHashes = new long[16];
  private int documents;
  private boolean starting;
  private long startingHash;

  // The record that is being cut.
  private int previousEnd;
  private boolean lineStart = true;

  /** Code points of the range that its tokens so far stand for; words only. */
  private long countedCharacters;

  /**
   * Opens nothing yet.
   *
   * @param splits how documents are told apart, where they are dealt out to splits
   * @param fields what is kept of documents beside their text
   * @param bytesRead receives the bytes read as they are stored, a bit at a time
   */
  public RangeScanner(
      Configuration conf,
      CorpusSource source,
      TextRules rules,
      SplitMethod splits,
      DocumentFields fields,
      CorpusRange range,
      LongConsumer bytesRead) {
    this(conf, source, rules, splits, fields, range, bytesRead, MAX_TYPES);
  }

  /** The same with dictionaries that end after the record that takes them past so many tokens. */
  RangeScanner(
      Configuration conf,
      CorpusSource source,
      TextRules rules,
      SplitMethod splits,
      DocumentFields fields,
      CorpusRange range,
      LongConsumer bytesRead,
      int maxTypes) {
    records = new Records(source);
    summary = records.summary;
    labels = new RangeLabels.Collector(fields);
    this.maxTypes = maxTypes;
    words = splits == SplitMethod.HASHED_WORDS ? new WordsHash() : null;
    this.conf = conf;
    this.source = source;
    this.range = range;
    this.bytesRead = bytesRead;
    characters = rules.kind() == TokenizerKind.CHAR;
    tail = new RangeTail(characters ? -1 : LINE_END);
    reserved = Vocabulary.reservedTokens(rules.kind()).size();
    noWords =
        rules.kind() == TokenizerKind.CHAR
            ? List.of()
            : Vocabulary.noWords(rules.kind()).stream()
                .map(word -> word.getBytes(StandardCharsets.US_ASCII))
                .toList();
    tokenizer = Tokenizer.of(rules);
    Arrays.fill(asciiIds, -1);
  }

  @Override
  public boolean hasNext() {
    try {
      while (ready.isEmpty() && !done) {
        step();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return !ready.isEmpty();
  }

  @Override
  public RangePart next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return ready.poll();
  }

  private void step() throws IOException {
    try {
      if (reader == null) {
        if (next == range.pieces().size()) {
          finish();
          return;
        }
        open(range.pieces().get(next++));
      } else if (!reader.step()) {
        reader.close();
        reader = null;
      } else if (table.size() > maxTypes || table.bytes() > MAX_DICTIONARY_BYTES) {
        endChunk();
      }
    } catch (PieceReader.UnreadableException e) {
      records.unreadable(e);
      close();
    }
  }

  private void open(CorpusRange.Piece piece) throws IOException {
    records.startPiece(piece);
    labels.startFile(piece.file());
    if (words == null && piece.from() > 0 && piece.file().document() == DocumentUnit.FILE) {
      summary.firstHash = records.pathHash();
    }
    reader = PieceReader.open(conf, source, piece, records, bytesRead);
  }

  private void finish() {
    endChunk();
    ready.add(
        new RangeDocuments(
            Arrays.copyOf(documentStarts, documents),
            Arrays.copyOf(documentHashes, documents),
            labels.take()));
    summary.documents = documents;
    summary.tailHash = documents > 0 ? documentHashes[documents - 1] : summary.firstHash;
    summary.tail = tail.tokens();
    summary.tailDocuments = tail.documents();
    ready.add(summary);
    done = true;
  }

  /** Takes what a piece holds. */
  private final class Records extends PieceRecords {
    Records(CorpusSource source) {
      super(source);
    }

    @Override
    public List<String> fields() {
      return labels.names();
    }

    @Override
    public void fields(String[] values) {
      labels.record(values);
    }

    /** A document begins with the next token; one that gets none has never been. */
    @Override
    void startDocument(byte[] utf8, int from, int to) {
      starting = true;
      long cluster = labels.startDocument();
      startingHash =
          cluster >= 0
              ? cluster
              : words != null
                  ? 0 // its lines are added, of any unit
                  : switch (file().document()) {
                    case FILE -> pathHash();
                    case BLANK_LINE -> 0; // its lines are added
                    default -> content(utf8, from, to);
                  };
    }

    @Override
    void takeLine(byte[] utf8, int from, int to, boolean blank, boolean terminated, long place) {
      // The split of a cluster's document is the cluster's, whatever its lines are.
      if (words != null && !labels.inCluster()) {
        words.clear().add(utf8, from, to);
        addToDocument(words.value(), words.power());
      } else if (file().document() == DocumentUnit.BLANK_LINE && !blank) {
        addToDocument(content(utf8, from, to));
      }
      cut(utf8, from, to, terminated);
    }
  }

  private long content(byte[] utf8, int from, int to) {
    return hash.hash(utf8, from, to, 3, 4).low();
  }

  private void addToDocument(long lineHash) {
    if (starting) {
      startingHash += lineHash;
    } else if (documents > 0) {
      documentHashes[documents - 1] += lineHash;
    } else {
      summary.firstHash += lineHash;
    }
  }

  private void addToDocument(long value, long power) {
    if (starting) {
      startingHash = WordsHash.join(startingHash, value, power);
    } else if (documents > 0) {
      documentHashes[documents - 1] = WordsHash.join(documentHashes[documents - 1], value, power);
    } else {
      summary.firstHash = WordsHash.join(summary.firstHash, value, power);
      summary.firstPower = WordsHash.join(summary.firstPower, 0, power);
    }
  }

  /** Room for twice as many documents. */
  static int room(int documents, int most) {
    if (documents == most) {
      throw UserException.data(
          "one file, or part of a file, has more than "
              + most
              + " documents, which is all that one task can know of: cut the file, or give"
              + " --document file");
    }
    return (int) Math.min(most, documents * 2L);
  }

  private void registerDocument() {
    if (documents == documentStarts.length) {
      documentStarts = Arrays.copyOf(documentStarts, room(documents, MOST_DOCUMENTS));
      documentHashes = Arrays.copyOf(documentHashes, documentStarts.length);
    }
    documentStarts[documents] = summary.tokens;
    documentHashes[documents++] = startingHash;
    labels.add();
    blockDocuments.add(size);
    tail.startDocument();
    starting = false;
  }

  // Cutting.

  private void cut(byte[] utf8, int from, int to, boolean terminated) {
    long before = summary.tokens;
    int codePoints = tokenizer.tokenize(utf8, from, to, sink);
    summary.characters += codePoints + (terminated ? 1 : 0);
    if (!characters) {
      // The code points after the last token, and the line feed, belong to the line's end.
      endLine((int) (summary.characters - countedCharacters) - 1);
      countedCharacters = summary.characters;
      summary.lines++;
      summary.lineEnds++;
    } else if (terminated) {
      addLocal(LINE_FEED, 0, 1);
      summary.lines++;
      summary.lineEnds++;
    } else if (summary.tokens > before) {
      oddAt.add(size - 1);
      summary.lines++;
    }
    lineStart = true;
  }

  private void token(byte[] utf8, int from, int to) {
    if (!characters) {
      // A record's tokens lie in one array: what is between two of them separated them. What stands
      // before the first one is counted with the line's end.
      int gap = lineStart ? 0 : Utf8.codePoints(utf8, previousEnd, from);
      int odd = gap - (lineStart ? 0 : 1);
      blockFull();
      if (odd != 0) {
        oddAt.add(size);
        oddBy.add(odd);
      }
      countedCharacters += gap + Utf8.codePoints(utf8, from, to);
      previousEnd = to;
      lineStart = false;
    }
    addLocal(utf8, from, to);
  }

  private void endLine(int odd) {
    blockFull();
    if (odd != 0) {
      oddAt.add(size);
      oddBy.add(odd);
    }
    append(LINE_END);
  }

  private void addLocal(byte[] utf8, int from, int to) {
    byte first = utf8[from];
    boolean ascii = first >= 0 && to - from == 1;
    int id = ascii ? asciiIds[first] : -1;
    if (id < 0) {
      id = table.add(utf8, from, to);
      if (ascii) {
        asciiIds[first] = id;
      }
      if (id >= counts.length) {
        counts = Arrays.copyOf(counts, counts.length * 2);
      }
    }
    counts[id]++;
    blockFull();
    append(reserved + id);
  }

  private void append(int id) {
    if (size == tokens.length) {
      tokens = Arrays.copyOf(tokens, Math.min(LocalBlock.MAX_TOKENS, size * 2));
    }
    if (starting) {
      registerDocument();
    }
    tokens[size++] = id;
    tail.add(id);
    summary.tokens++;
  }

  /** Makes room for one more token in the block. */
  private void blockFull() {
    if (size == LocalBlock.MAX_TOKENS) {
      endBlock();
      blockLineStart = lineStart;
    }
  }

  private void endBlock() {
    if (size == 0) {
      return;
    }
    ready.add(
        new LocalBlock(
            chunk,
            summary.tokens - size,
            blockLineStart,
            PackedIds.of(tokens, size),
            blockDocuments.take(),
            oddAt.take(),
            oddBy.take()));
    size = 0;
    blockLineStart = true;
  }

  /** Between records only. */
  private void endChunk() {
    endBlock();
    for (byte[] spelling : noWords) {
      int id = table.find(spelling, 0, spelling.length);
      summary.reservedSpellings += id < 0 ? 0 : counts[id];
    }
    summary.types += table.size();
    summary.typeBytes += table.bytes();
    tail.spell(table, reserved);
    ready.add(new LocalDictionary(PackedTokens.of(table, counts)));
    Arrays.fill(asciiIds, -1);
    table = new TokenTable(1 << 12);
    counts = new long[1 << 12];
    chunk++;
  }

  @Override
  public void close() {
    PieceRecords.abandon(reader);
    reader = null;
  }

  /** A growing array. */
  private static final class Ints {
    private int[] values = new int[16];
    private int size;

    void add(int value) {
      if (size == values.length) {
        values = Arrays.copyOf(values, size * 2);
      }
      values[size++] = value;
    }

    /** What was added; empty from then on. */
    int[] take() {
      int[] taken = Arrays.copyOf(values, size);
      size = 0;
      return taken;
    }
  }
}
