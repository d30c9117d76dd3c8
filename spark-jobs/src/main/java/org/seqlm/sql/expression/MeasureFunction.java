package org.seqlm.sql.expression;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.seqlm.profile.text.Diversity;
import org.seqlm.profile.text.DocumentMeasures;
import org.seqlm.profile.text.Readability;
import org.seqlm.profile.text.ReadingUnits;
import org.seqlm.text.TextRules;
import org.seqlm.text.Tokenizer;
import org.seqlm.text.TokenizerKind;
import org.seqlm.text.Utf8;
import org.seqlm.vocab.TokenTable;

/**
 * What {@code corpus profile} measures of a document: by the text's first {@value
 * DocumentMeasures#MOST_WORDS} words. Words are those of {@link TokenizerKind#WORD}, their letters
 * as they are. A measure is null where the text is too short for it; MTLD also where no word comes
 * twice.
 */
public record MeasureFunction(Kind kind) implements PlainFunction {
  /** Which measures they are. */
  public enum Kind {
    /** Sentences, words and every formula of readability. */
    SEQLM_READABILITY("How readable a text is: LIX and, as if it were English, other formulas."),
    /** Words, different ones, MATTR, MTLD and HD-D. */
    SEQLM_DIVERSITY("How varied a text's words are: MATTR, MTLD and HD-D.");

    private final String usage;

    Kind(String usage) {
      this.usage = usage;
    }
  }

  @Override
  public String usage() {
    return kind.usage;
  }

  @Override
  public DataType dataType() {
    List<StructField> fields = new ArrayList<>();
    if (kind == Kind.SEQLM_READABILITY) {
      fields.add(DataTypes.createStructField("sentences", DataTypes.LongType, false));
      fields.add(DataTypes.createStructField("words", DataTypes.LongType, false));
      for (Readability formula : Readability.values()) {
        fields.add(real(formula.name().toLowerCase(Locale.ROOT)));
      }
    } else {
      fields.add(DataTypes.createStructField("words", DataTypes.LongType, false));
      fields.add(DataTypes.createStructField("types", DataTypes.LongType, false));
      fields.add(real("mattr"));
      fields.add(real("mtld"));
      fields.add(real("hdd"));
    }
    return DataTypes.createStructType(fields);
  }

  private static StructField real(String name) {
    return DataTypes.createStructField(name, DataTypes.DoubleType, true);
  }

  @Override
  public String name() {
    return kind.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public Evaluator open() {
    if (kind == Kind.SEQLM_READABILITY) {
      ReadingUnits units = new ReadingUnits(ReadingUnits.Spelling.ENGLISH);
      return utf8 -> readability(units, utf8);
    }
    Tokenizer tokenizer = Tokenizer.of(TextRules.of(TokenizerKind.WORD));
    return utf8 -> diversity(tokenizer, utf8);
  }

  private static GenericInternalRow readability(ReadingUnits units, byte[] utf8) {
    int most = Math.min(utf8.length, DocumentMeasures.MOST_BYTES);
    for (int at = 0; at < most; ) {
      int end = Utf8.lineEnd(utf8, at, utf8.length);
      units.line(utf8, at, end);
      at = end + 1;
    }
    ReadingUnits.Counts counts = units.take();
    List<Object> row = new ArrayList<>(List.of(counts.sentences(), counts.words()));
    for (Readability formula : Readability.values()) {
      row.add(formula.suits(counts) ? (Object) formula.of(counts) : null);
    }
    return new GenericInternalRow(row.toArray());
  }

  private static GenericInternalRow diversity(Tokenizer tokenizer, byte[] utf8) {
    TokenTable table = new TokenTable(64);
    Words words = new Words();
    int most = Math.min(utf8.length, DocumentMeasures.MOST_BYTES);
    for (int at = 0; at < most && words.size < DocumentMeasures.MOST_WORDS; ) {
      int end = Utf8.lineEnd(utf8, at, utf8.length);
      tokenizer.tokenize(
          utf8,
          at,
          end,
          (text, from, to) -> {
            if (words.size < DocumentMeasures.MOST_WORDS) {
              words.add(table.add(text, from, to));
            }
          });
      at = end + 1;
    }
    int[] text = Arrays.copyOf(words.ids, words.size);
    boolean enough = text.length >= DocumentMeasures.LEAST_WORDS;
    double mtld = enough ? Diversity.mtld(text) : Double.POSITIVE_INFINITY;
    return new GenericInternalRow(
        new Object[] {
          (long) text.length,
          (long) table.size(),
          enough ? Diversity.mattr(text, Diversity.WINDOW) : null,
          Double.isInfinite(mtld) ? null : mtld,
          enough ? Diversity.hdd(text) : null
        });
  }

  private static final class Words {
    private int[] ids = new int[256];
    private int size;

    private void add(int id) {
      if (size == ids.length) {
        ids = Arrays.copyOf(ids, size * 2);
      }
      ids[size++] = id;
    }
  }
}
