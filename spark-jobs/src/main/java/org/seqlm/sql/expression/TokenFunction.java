package org.seqlm.sql.expression;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.catalyst.util.GenericArrayData;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.unsafe.types.UTF8String;
import org.seqlm.text.TextRules;
import org.seqlm.text.TokenSink;
import org.seqlm.text.Tokenizer;
import org.seqlm.text.TokenizerKind;
import org.seqlm.text.Utf8;
import org.seqlm.vocab.Vocabulary;

/**
 * The tokens of a document in their order, or their ids in a model's vocabulary. Nothing stands for
 * ends of lines, but the line feeds among characters.
 *
 * @param rules by which text is cut
 * @param model whose ids are wanted; null for the tokens themselves
 * @param origin whose rules they are, as a plan shows it
 */
public record TokenFunction(TextRules rules, TextModel model, String origin)
    implements TextFunction {
  private static final byte[] LINE_FEED = {'\n'};

  @Override
  public DataType dataType() {
    return DataTypes.createArrayType(
        model == null ? DataTypes.StringType : DataTypes.IntegerType, false);
  }

  @Override
  public String name() {
    return model == null ? "seqlm_tokenize" : "seqlm_token_ids";
  }

  @Override
  public String argument() {
    return origin;
  }

  @Override
  public Evaluator open() throws IOException {
    Tokenizer tokenizer = Tokenizer.of(rules);
    Vocabulary vocabulary = model == null ? null : model.vocabulary();
    List<Object> tokens = new ArrayList<>();
    TokenSink sink =
        vocabulary == null
            ? (utf8, from, to) ->
                tokens.add(UTF8String.fromBytes(Arrays.copyOfRange(utf8, from, to)))
            : (utf8, from, to) -> tokens.add(vocabulary.id(utf8, from, to));
    return utf8 -> {
      tokens.clear();
      int at = 0;
      do {
        int end = Utf8.lineEnd(utf8, at, utf8.length);
        tokenizer.tokenize(utf8, at, end, sink);
        if (rules.kind() == TokenizerKind.CHAR && end < utf8.length) {
          sink.token(LINE_FEED, 0, 1);
        }
        at = end + 1;
      } while (at < utf8.length);
      return new GenericArrayData(tokens.toArray());
    };
  }
}
