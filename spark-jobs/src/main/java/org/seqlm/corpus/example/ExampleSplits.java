package org.seqlm.corpus.example;

import java.io.Serializable;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.seqlm.UserException;
import org.seqlm.corpus.plan.CorpusFile;
import org.seqlm.dataset.Split;
import org.seqlm.dataset.SplitRules;
import org.seqlm.text.Hash128;

/**
 * Of which split an example is: what a column of it says, else what its file's name does, else a
 * salted hash of what a network reads of it, so that equal examples never stand on both sides.
 */
public final class ExampleSplits implements Serializable {
  private static final long serialVersionUID = 1L;

  /** What decides. */
  public enum Method {
    /** A column of the example. */
    COLUMN,
    /** The name of its file. */
    FILES,
    /** A salted hash of what a network reads of it. */
    HASHED
  }

  private final Method method;
  private final SplitRules rules;
  private final long seed;

  private ExampleSplits(Method method, SplitRules rules) {
    this.method = method;
    this.rules = rules;
    seed = rules.saltSeed();
  }

  /**
   * How the examples of some files are dealt out.
   *
   * @param rules fractions and salt of a hash
   * @throws UserException with exit code 3 if some files are named for a split and others are not
   */
  public static ExampleSplits of(List<CorpusFile> files, RoleColumns columns, SplitRules rules) {
    if (columns.hasSplit()) {
      return new ExampleSplits(Method.COLUMN, rules);
    }
    Set<Split> named = new HashSet<>();
    CorpusFile without = null;
    CorpusFile with = null;
    for (CorpusFile file : files) {
      Split split = ofFile(file);
      if (split == null) {
        without = without == null ? file : without;
      } else {
        with = with == null ? file : with;
        named.add(split);
      }
    }
    boolean held = named.contains(Split.VALID) || named.contains(Split.TEST);
    if (held && without != null) {
      throw UserException.data(
          without.path()
              + " is of no split, but "
              + with.path()
              + " is named for one: name it train, valid or test, put it into a folder of that"
              + " name, or name the column that says so, --columns split=NAME");
    }
    // Files of training examples alone are cut like others: nothing would be held out.
    return new ExampleSplits(held ? Method.FILES : Method.HASHED, rules);
  }

  /** By name or by a folder of it; null if neither says anything. */
  private static Split ofFile(CorpusFile file) {
    Split found = null;
    String[] names = file.relative().toLowerCase(Locale.ROOT).split("/");
    for (int i = 0; i < names.length; i++) {
      // train.jsonl.gz, and train-00000-of-00003.parquet as others write them.
      Split one = named(i < names.length - 1 ? names[i] : names[i].split("[.-]", 2)[0]);
      found = one == null ? found : one;
    }
    return found;
  }

  private static Split named(String name) {
    return switch (name) {
      case "train" -> Split.TRAIN;
      case "valid", "validation", "dev" -> Split.VALID;
      case "test" -> Split.TEST;
      default -> null;
    };
  }

  /**
   * Writes an example's split into it.
   *
   * @param said by its column; null if nothing is
   * @throws BadExampleException if that is no split
   */
  void deal(byte[] encoded, CorpusFile file, String said, RoleColumns columns, Hash128 hash)
      throws BadExampleException {
    Split split =
        switch (method) {
          case COLUMN -> said(said, columns);
          case FILES -> ofFile(file);
          case HASHED -> rules.split(ParsedExample.decidingHash(encoded, hash), seed);
        };
    ParsedExample.setSplit(encoded, split.ordinal());
  }

  private static Split said(String said, RoleColumns columns) throws BadExampleException {
    Split split = named(said.strip().toLowerCase(Locale.ROOT));
    if (split == null) {
      throw new BadExampleException(
          ExampleProblem.NO_SPLIT,
          columns.shown(RoleColumns.SPLIT)
              + " has \""
              + BadExampleException.shown(said)
              + "\", but train, valid or test is needed: mend it");
    }
    return split;
  }

  /** Whether a split is to have examples. */
  public boolean wants(Split split) {
    double fraction =
        switch (split) {
          case TRAIN -> rules.train();
          case VALID -> rules.valid();
          case TEST -> rules.test();
        };
    return method != Method.HASHED || fraction > 0;
  }

  /** What decides of which split an example is. */
  public Method method() {
    return method;
  }

  /** In words, for messages. */
  public String describe() {
    return switch (method) {
      case COLUMN -> "by a column";
      case FILES -> "by the files' names";
      case HASHED ->
          "by a hash, train "
              + rules.train()
              + ", valid "
              + rules.valid()
              + ", test "
              + rules.test();
    };
  }
}
