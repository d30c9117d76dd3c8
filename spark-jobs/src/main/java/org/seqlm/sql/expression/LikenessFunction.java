package org.seqlm.sql.expression;

import java.util.Locale;
import org.apache.spark.sql.catalyst.util.GenericArrayData;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.seqlm.duplicates.Bands;
import org.seqlm.duplicates.DocumentSketcher;
import org.seqlm.duplicates.MinHash;
import org.seqlm.duplicates.ShingleRules;
import org.seqlm.duplicates.Shingles;
import org.seqlm.text.WordsHash;

/**
 * What documents have in common whose words are equal; and that are much alike, as {@code corpus
 * duplicates} has it by default: shingles of 5 words, a threshold of 0.8, a recall of 0.99, the
 * seed 1. No model is asked.
 */
public record LikenessFunction(Kind kind) implements PlainFunction {
  /** Which value it is. */
  public enum Kind {
    /** A hash of the words in their order: {@code bigint}, 0 to 2^61 - 2. */
    SEQLM_TEXT_HASH("A hash of a text's words, whatever their case and what stands between them."),
    /** The signature: {@code array<int>}; null without a word. */
    SEQLM_MINHASH("A signature: texts are alike as far as theirs are equal, place by place."),
    /** The keys of its bands: {@code array<bigint>}; null without a word. */
    SEQLM_MINHASH_BANDS("Keys of which texts have one in common that are much alike.");

    private final String usage;

    Kind(String usage) {
      this.usage = usage;
    }

    /** What it is, in a line. */
    public String usage() {
      return usage;
    }
  }

  private static final Bands BANDS = Bands.of(0.8, 0.99, 128);
  private static final long SEED = 1;

  @Override
  public DataType dataType() {
    return switch (kind) {
      case SEQLM_TEXT_HASH -> DataTypes.LongType;
      case SEQLM_MINHASH -> DataTypes.createArrayType(DataTypes.IntegerType, false);
      case SEQLM_MINHASH_BANDS -> DataTypes.createArrayType(DataTypes.LongType, false);
    };
  }

  @Override
  public String name() {
    return kind.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public String usage() {
    return kind.usage();
  }

  @Override
  public Evaluator open() {
    return switch (kind) {
      case SEQLM_TEXT_HASH -> {
        WordsHash words = new WordsHash();
        yield utf8 -> words.clear().add(utf8, 0, utf8.length).value();
      }
      case SEQLM_MINHASH -> {
        MinHash hash = new MinHash(BANDS.values(), SEED);
        Shingles shingles = new Shingles(ShingleRules.DEFAULT, Shingles.MOST, hash::add);
        yield utf8 -> {
          hash.clear();
          boolean words = shingles.clear().add(utf8, 0, utf8.length).end().length > 0;
          return words ? new GenericArrayData(hash.signature().clone()) : null;
        };
      }
      case SEQLM_MINHASH_BANDS -> {
        DocumentSketcher sketcher = new DocumentSketcher(ShingleRules.DEFAULT, BANDS, SEED);
        yield utf8 -> {
          sketcher.clear();
          sketcher.line(utf8, 0, utf8.length);
          long[] keys = sketcher.end().keys();
          return keys.length == 0 ? null : new GenericArrayData(keys);
        };
      }
    };
  }
}
