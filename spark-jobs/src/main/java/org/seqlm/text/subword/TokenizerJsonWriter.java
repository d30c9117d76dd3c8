package org.seqlm.text.subword;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * Writes byte-level BPE as a tokenizer.json that Hugging Face's tokenizers read: the same bytes for
 * the same merges.
 */
public final class TokenizerJsonWriter {
  private TokenizerJsonWriter() {}

  /** The file's bytes, UTF-8. */
  public static byte[] write(BpeMerges learned, TextShape shape) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = new JsonFactory().createGenerator(bytes)) {
      json.setPrettyPrinter(new Lines());
      json.writeStartObject();
      json.writeStringField("version", "1.0");
      json.writeNullField("truncation");
      json.writeNullField("padding");
      added(json, learned.special());
      normalizers(json, shape);
      byteLevel(json, "pre_tokenizer", shape);
      json.writeNullField("post_processor");
      byteLevel(json, "decoder", shape);
      model(json, learned);
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    bytes.write('\n');
    return bytes.toByteArray();
  }

  private static void added(JsonGenerator json, List<String> special) throws IOException {
    json.writeArrayFieldStart("added_tokens");
    for (int id = 0; id < special.size(); id++) {
      json.writeStartObject();
      json.writeNumberField("id", id);
      json.writeStringField("content", special.get(id));
      json.writeBooleanField("single_word", false);
      json.writeBooleanField("lstrip", false);
      json.writeBooleanField("rstrip", false);
      json.writeBooleanField("normalized", false);
      json.writeBooleanField("special", true);
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void normalizers(JsonGenerator json, TextShape shape) throws IOException {
    List<String> types = shape.normalizers().stream().map(TextShape.Change::type).toList();
    if (types.isEmpty()) {
      json.writeNullField("normalizer");
      return;
    }
    json.writeObjectFieldStart("normalizer");
    if (types.size() == 1) {
      json.writeStringField("type", types.get(0));
    } else {
      json.writeStringField("type", "Sequence");
      json.writeArrayFieldStart("normalizers");
      for (String type : types) {
        json.writeStartObject();
        json.writeStringField("type", type);
        json.writeEndObject();
      }
      json.writeEndArray();
    }
    json.writeEndObject();
  }

  private static void byteLevel(JsonGenerator json, String field, TextShape shape)
      throws IOException {
    json.writeObjectFieldStart(field);
    json.writeStringField("type", "ByteLevel");
    json.writeBooleanField("add_prefix_space", shape.prefix() == TextShape.Prefix.SPACE);
    json.writeBooleanField("trim_offsets", true);
    json.writeBooleanField("use_regex", shape.stretches() == TextShape.Stretches.GPT2);
    json.writeEndObject();
  }

  private static void model(JsonGenerator json, BpeMerges learned) throws IOException {
    json.writeObjectFieldStart("model");
    json.writeStringField("type", "BPE");
    json.writeNullField("dropout");
    json.writeNullField("unk_token");
    json.writeNullField("continuing_subword_prefix");
    json.writeNullField("end_of_word_suffix");
    json.writeBooleanField("fuse_unk", false);
    json.writeBooleanField("byte_fallback", false);
    json.writeBooleanField("ignore_merges", false);
    json.writeObjectFieldStart("vocab");
    for (int id = 0; id < learned.size(); id++) {
      json.writeNumberField(learned.spelled(id), id);
    }
    json.writeEndObject();
    json.writeArrayFieldStart("merges");
    for (int[] pair : learned.merges()) {
      json.writeStartArray();
      json.writeString(learned.spelled(pair[0]));
      json.writeString(learned.spelled(pair[1]));
      json.writeEndArray();
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  /** A field and a merge a line. */
  private static final class Lines extends DefaultPrettyPrinter {
    private static final long serialVersionUID = 1L;

    private int arrays;

    Lines() {
      indentObjectsWith(new DefaultIndenter("  ", "\n"));
    }

    @Override
    public void writeObjectFieldValueSeparator(JsonGenerator json) throws IOException {
      json.writeRaw(": ");
    }

    @Override
    public void writeStartArray(JsonGenerator json) throws IOException {
      json.writeRaw('[');
      arrays++;
      _nesting++;
    }

    @Override
    public void beforeArrayValues(JsonGenerator json) throws IOException {
      if (arrays == 1) {
        json.writeRaw("\n    ");
      }
    }

    @Override
    public void writeArrayValueSeparator(JsonGenerator json) throws IOException {
      json.writeRaw(arrays == 1 ? ",\n    " : ", ");
    }

    @Override
    public void writeEndArray(JsonGenerator json, int values) throws IOException {
      json.writeRaw(arrays == 1 && values > 0 ? "\n  ]" : "]");
      arrays--;
      _nesting--;
    }
  }
}
