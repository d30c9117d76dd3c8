package org.seqlm.vocab;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.seqlm.UserException;
import org.seqlm.text.TokenizerKind;

/**
 * Reads what {@link VocabularyWriter} wrote token by token, for one that is in no memory as a
 * whole.
 */
public final class VocabularyReader {
  private static final JsonFactory JSON = new JsonFactory();

  private final List<String> reserved;
  private final BufferedReader lines;
  private final String name;
  private final TokenDigest digest = new TokenDigest();
  private int read;
  private byte[] token;
  private long count;

  /**
   * Begins to read.
   *
   * @param name shown in messages
   */
  public VocabularyReader(TokenizerKind kind, InputStream in, String name) {
    this.reserved = Vocabulary.reservedTokens(kind);
    this.lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
    this.name = name;
  }

  /**
   * Goes to the token of the next id; false at the end.
   *
   * @throws UserException with exit code 3 if it is no vocabulary of this kind of tokeniser
   */
  public boolean next() throws IOException {
    String line = lines.readLine();
    if (line == null) {
      if (read < reserved.size()) {
        throw UserException.data(name + " is damaged: it lacks the reserved tokens");
      }
      return false;
    }
    read++;
    String text = null;
    count = -1;
    try (JsonParser json = JSON.createParser(line)) {
      json.nextToken();
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String key = json.getCurrentName();
        json.nextToken();
        if (key.equals("token")) {
          text = json.getText();
        } else if (key.equals("count")) {
          count = json.getLongValue();
        }
      }
    } catch (JsonProcessingException e) {
      throw UserException.data(name + " is damaged: line " + read + " is no JSON", e);
    }
    if (text == null || count < 0) {
      throw UserException.data(name + " is damaged: line " + read + " lacks a token or its count");
    }
    if (read <= reserved.size() && !text.equals(reserved.get(read - 1))) {
      throw UserException.data(
          name
              + " is no vocabulary of this kind: id "
              + (read - 1)
              + " must be "
              + reserved.get(read - 1)
              + ", but is "
              + text);
    }
    token = text.getBytes(StandardCharsets.UTF_8);
    digest.add(token, 0, token.length);
    return true;
  }

  /** UTF-8 of the token. */
  public byte[] token() {
    return token;
  }

  /** How often it stood in the text. */
  public long count() {
    return count;
  }

  /** Of all tokens that were read; nothing can follow. */
  public String fingerprint() {
    return digest.hex();
  }
}
