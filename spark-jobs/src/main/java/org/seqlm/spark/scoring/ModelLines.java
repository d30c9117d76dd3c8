package org.seqlm.spark.scoring;

import org.seqlm.lm.LanguageModel;
import org.seqlm.lm.Score;
import org.seqlm.lm.TextScore;
import org.seqlm.text.TextRules;
import org.seqlm.text.Tokenizer;
import org.seqlm.vocab.Vocabulary;

/** One model's side of the lines of a range: its place in the text, and its sums. */
public final class ModelLines {
  /** Tokens that a reading is given at a time, of one line. */
  private static final int BLOCK = 256;

  private final LanguageModel model;
  private final Vocabulary vocabulary;
  private final Tokenizer tokenizer;
  private final boolean ofCharacters;
  private final int lineFeed;
  private LanguageModel.Reading reading;
  private final int[] block = new int[BLOCK];
  private final double[] nats = new double[BLOCK];
  private final byte[] orders = new byte[BLOCK];
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
   * @param rules how its lines become the model's tokens
   */
  public ModelLines(LanguageModel model, TextRules rules) {
    this.model = model;
    this.vocabulary = model.vocabulary();
    this.tokenizer = Tokenizer.of(rules);
    this.ofCharacters = vocabulary.sentenceEnd() < 0;
    this.lineFeed = vocabulary.id("\n");
    this.reading = model.start();
  }

  /** Forgets all that was read. */
  void startText() {
    reading = model.start();
  }

  /** A document begins: forgets what the model's boundary says. */
  void startDocument() {
    reading.startDocument();
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
    long lineCharacters = tokenizer.tokenize(utf8, from, to, this::word) + (terminated ? 1 : 0);
    if (!ofCharacters) {
      token(vocabulary.sentenceEnd());
    } else if (terminated) {
      token(lineFeed);
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
    token(id);
  }

  private void token(int id) {
    if (!model.reads(id)) {
      return;
    }
    if (size == BLOCK) {
      score();
    }
    block[size++] = id;
  }

  /** Scores and reads what has been cut of the line. */
  private void score() {
    reading.next(block, 0, size, nats, orders);
    for (int i = 0; i < size; i++) {
      sum.add(block[i], nats[i], orders[i]);
      lineNats += nats[i];
      lineUnknown += block[i] == Vocabulary.UNKNOWN ? 1 : 0;
    }
    lineTokens += size;
    size = 0;
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
