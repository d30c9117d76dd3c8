package org.seqlm.text.pieces;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Tokenisers small enough to cut by hand. */
public final class TinyPieces {
  private TinyPieces() {}

  /** A tokenizer.json with lower-case words and their ends; the text is to be cut off after 2. */
  public static final String HUGGING_FACE =
      """
      {"version": "1.0", "padding": null, "added_tokens": [],
       "truncation": {"direction": "Right", "max_length": 2, "strategy": "LongestFirst", "stride": 0},
       "normalizer": {"type": "Lowercase"}, "pre_tokenizer": {"type": "Whitespace"},
       "post_processor": null, "decoder": null,
       "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
                 "max_input_chars_per_word": 100,
                 "vocab": {"[UNK]": 0, "un": 1, "##able": 2, "😀": 3}}}
      """;

  /** A unigram model of SentencePiece, as the messages of its sentencepiece_model.proto. */
  public static byte[] sentencePiece() {
    ByteArrayOutputStream model = new ByteArrayOutputStream();
    piece(model, "<unk>", 0, 2);
    piece(model, "<s>", 0, 3);
    piece(model, "</s>", 0, 3);
    piece(model, "\u2581", -3, 1);
    piece(model, "\u2581un", -1, 1);
    piece(model, "believ", -1.5f, 1);
    piece(model, "able", -1, 1);
    piece(model, "\u2581😀", -1, 1);
    piece(model, "u", -4, 1);
    piece(model, "n", -4, 1);
    model.writeBytes(new byte[] {0x12, 2, 0x18, 1}); // trainer_spec: model_type UNIGRAM
    byte[] name = "identity".getBytes(StandardCharsets.US_ASCII);
    model.writeBytes(new byte[] {0x1a, (byte) (name.length + 2), 0x0a, (byte) name.length});
    model.writeBytes(name);
    return model.toByteArray();
  }

  /** A field {@code pieces}: piece, score, and type 1 (normal), 2 (unknown) or 3 (control). */
  private static void piece(ByteArrayOutputStream model, String piece, float score, int type) {
    byte[] utf8 = piece.getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream field = new ByteArrayOutputStream();
    field.write(0x0a);
    field.write(utf8.length);
    field.writeBytes(utf8);
    field.write(0x15);
    for (int i = 0; i < 4; i++) {
      field.write(Float.floatToIntBits(score) >>> (8 * i));
    }
    field.write(0x18);
    field.write(type);
    model.write(0x0a);
    model.write(field.size());
    model.writeBytes(field.toByteArray());
  }
}
