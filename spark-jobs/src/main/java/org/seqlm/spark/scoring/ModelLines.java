package org.seqlm.spark.scoring;

import java.nio.charset.StandardCharsets;
import org.seqlm.lm.LanguageModel;
import org.seqlm.lm.Score;
import org.seqlm.lm.TextScore;
import org.seqlm.ngram.trie.Bytes;
import org.seqlm.spark.scoring.lines.LineRules;
import org.seqlm.text.TextRules;
import org.seqlm.text.Tokenizer;
import org.seqlm.vocab.Vocabulary;

/** One model's side of the lines of a range: its place in the text, and its sums. */
public final class ModelLines {
  /** Tokens that a reading is given at a time, of one line. */
  private static final int BLOCK = 256;

  private static final double LN10 = Math.log(10);
  private static final byte[] SENTENCE_END = "</s>".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] LINE_FEED = {'\n'};

  private final LanguageModel model;
  private final Vocabulary vocabulary;
  private final Tokenizer tokenizer;
  private final boolean ofCharacters;
  private final int lineFeed;
  private final LineRules rules;
  private final LineRules.Carry carry;
  private final boolean endsAreRead; // by the model, into its contexts
  private final TokenRows tokens; // null where no rows of tokens are kept
  private LanguageModel.Reading reading;
  private final int[] block = new int[BLOCK];
  private final double[] nats = new double[BLOCK];
  private final byte[] orders = new byte[BLOCK];
  private final Bytes spelled = new Bytes(16); // the block's tokens, for their rows
  private final int[] ends = new int[BLOCK]; // of each among them
  private int size; // of the block

  // Of the line.
  private long lineTokens;
  private long lineUnknown;
  private long lineUnknownBytes;
  private double lineNats;

  // Since the last time that sums were kept or dropped.
  private Score.Sum sum = new Score.Sum();
  private long characters;
  private long unknownBytes;

  private Score kept = Score.NONE;
  private long keptCharacters;
  private long keptUnknownBytes;

  /**
   * At the beginning of a text.
   *
   * @param cut the model's own rules
   */
  public ModelLines(LanguageModel model, TextRules cut) {
    this(model, cut, LineRules.DEFAULT, null);
  }

  /**
   * At the beginning of a text.
   *
   * @param cut the model's own rules
   * @param tokens takes every token that is scored; null for none
   */
  ModelLines(LanguageModel model, TextRules cut, LineRules rules, TokenRows tokens) {
    this.model = model;
    this.vocabulary = model.vocabulary();
    this.tokenizer = Tokenizer.of(cut);
    this.ofCharacters = vocabulary.sentenceEnd() < 0;
    this.lineFeed = vocabulary.id("\n");
    this.rules = rules;
    this.tokens = tokens;
    boolean ofLines = model.memory() == LanguageModel.Memory.LINE;
    // A model that begins each line by itself does so with <s>.
    boolean begun = ofLines && rules.start() == LineRules.Mark.NO;
    this.carry =
        begun && rules.carry() == LineRules.Carry.MODEL ? LineRules.Carry.LINE : rules.carry();
    this.endsAreRead = carry == LineRules.Carry.MODEL || !ofLines;
    startText();
  }

  /** Forgets all that was read. */
  void startText() {
    reading = rules.start() == LineRules.Mark.YES ? model.start() : model.startUnmarked();
  }

  /** A document begins: forgets what the model's boundary says. */
  void startDocument() {
    if (carry == LineRules.Carry.MODEL) {
      reading.startDocument();
    } else {
      startText();
    }
  }

  /**
   * Scores a line and reads it.
   *
   * @param terminated whether a line feed ends it
   */
  public TextScore line(byte[] utf8, int from, int to, boolean terminated) {
    lineTokens = 0;
    lineUnknown = 0;
    lineUnknownBytes = 0;
    lineNats = 0;
    if (carry == LineRules.Carry.LINE) {
      startText();
    }
    boolean scored = rules.end() == LineRules.Mark.YES;
    long lineCharacters =
        tokenizer.tokenize(utf8, from, to, this::word) + (terminated && scored ? 1 : 0);
    if (!ofCharacters) {
      lineEnd(vocabulary.sentenceEnd(), SENTENCE_END);
    } else if (terminated) {
      lineEnd(lineFeed, LINE_FEED);
    }
    score();
    characters += lineCharacters;
    unknownBytes += lineUnknownBytes;
    return TextScore.of(lineTokens, lineUnknown, lineNats, lineCharacters, lineUnknownBytes);
  }

  private void word(byte[] utf8, int from, int to) {
    int id = vocabulary.id(utf8, from, to);
    if (id == Vocabulary.UNKNOWN) {
      lineUnknownBytes += to - from;
    }
    if (model.reads(id)) {
      token(id, utf8, from, to);
    }
  }

  private void lineEnd(int id, byte[] mark) {
    if (!model.reads(id)) {
      return;
    }
    boolean scored = rules.end() == LineRules.Mark.YES;
    if (scored && endsAreRead) {
      token(id, mark, 0, mark.length);
      return;
    }
    score();
    if (scored) {
      scored(id, reading.logProbability(id), reading.matched(id), mark, 0, mark.length);
    } else if (endsAreRead) {
      reading.read(id);
    }
  }

  private void token(int id, byte[] utf8, int from, int to) {
    if (size == BLOCK) {
      score();
    }
    if (tokens != null) {
      spelled.write(utf8, from, to - from);
      ends[size] = spelled.size();
    }
    block[size++] = id;
  }

  /** Scores and reads what has been cut of the line. */
  private void score() {
    reading.next(block, 0, size, nats, orders);
    for (int i = 0; i < size; i++) {
      int begin = i == 0 ? 0 : ends[i - 1];
      scored(block[i], nats[i], orders[i], spelled.array(), begin, ends[i]);
    }
    size = 0;
    spelled.clear();
  }

  private void scored(int id, double logProbability, int order, byte[] utf8, int from, int to) {
    boolean unknown = id == Vocabulary.UNKNOWN;
    sum.add(id, logProbability, order);
    lineNats += logProbability;
    lineTokens++;
    lineUnknown += unknown ? 1 : 0;
    if (tokens != null) {
      tokens.token(utf8, from, to, logProbability / LN10, order, unknown);
    }
  }

  /** Adds what was scored since the last time to what is kept. */
  void keep() {
    kept = kept.plus(sum.score());
    keptCharacters += characters;
    keptUnknownBytes += unknownBytes;
    drop();
  }

  /** Leaves out what was scored since the last time: others score it. */
  void drop() {
    sum = new Score.Sum();
    characters = 0;
    unknownBytes = 0;
  }

  /** What was kept. */
  ScoredRange.Sums sums() {
    return new ScoredRange.Sums(kept.packed(), keptCharacters, keptUnknownBytes);
  }
}
