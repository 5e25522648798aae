package dev.prodigy.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prodigy.model.Json;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SecretMaskerTest {
  private static final String SECRET = "s3cr3t/päss+word";

  private final SecretMasker masker = new SecretMasker(List.of(SECRET, "short", "abc"));

  @Test
  void everyOccurrenceIsReplaced() {
    assertThat(masker.mask("a " + SECRET + " b " + SECRET)).isEqualTo("a *** b ***");
  }

  @Test
  void textWithoutSecretsIsReturnedAsItIs() {
    String text = "nothing here";

    assertThat(masker.mask(text)).isSameAs(text);
    assertThat(SecretMasker.NONE.mask(SECRET)).isSameAs(SECRET);
  }

  @Test
  void secretsUnderFourCharactersAreNotMasked() {
    assertThat(masker.mask("abc short")).isEqualTo("abc ***");
  }

  @Test
  void overlappingSecretsLeaveNothingBehind() {
    var overlapping = new SecretMasker(List.of("abcdef", "defghi", "cde-"));

    assertThat(overlapping.mask("xabcdefghiy")).isEqualTo("x***y");
  }

  @Test
  void base64IsMaskedWhereverTheSecretStandsInIt() {
    for (String before : List.of("", "u", "us", "user:")) {
      for (String after : List.of("", "1", "22", "333")) {
        byte[] bytes = (before + SECRET + after).getBytes(StandardCharsets.UTF_8);
        String encoded = Base64.getEncoder().encodeToString(bytes);
        String url = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);

        assertThat(masker.mask(encoded)).contains("***").hasSizeLessThan(encoded.length() / 2 + 4);
        assertThat(masker.mask(url)).contains("***").hasSizeLessThan(url.length() / 2 + 4);
      }
    }
  }

  @Test
  void urlEncodedAndJsonEscapedFormsAreMasked() {
    var quoted = new SecretMasker(List.of("a\"b c\\d\ne"));

    assertThat(quoted.mask("?p=a%22b+c%5Cd%0Ae;?p=a%22b%20c%5cd%0ae")).isEqualTo("?p=***;?p=***");
    assertThat(quoted.mask("{\"p\":\"a\\\"b c\\\\d\\ne\"}")).isEqualTo("{\"p\":\"***\"}");
  }

  @Test
  void longLinesOfASecretAreMaskedOneByOne() {
    var key = new SecretMasker(List.of("-----BEGIN-----\nAAAABBBBCCCC\nDDDD\n"));

    assertThat(key.mask("> AAAABBBBCCCC\n> DDDD")).isEqualTo("> ***\n> DDDD");
  }

  @Test
  void lineEndsPutIntoASecretDoNotHideIt() {
    assertThat(masker.mask("x " + SECRET.substring(0, 5) + "\n" + SECRET.substring(5) + " y"))
        .isEqualTo("x ***\n*** y");
    assertThat(masker.mask("sho\nrt")).isEqualTo("sho\nrt");
  }

  @Test
  void savedStateNamesASecretAndGetsItBack() {
    var named = SecretMasker.named(Map.of("API", "t0ken-value", "LONGER", "t0ken-value-2"));

    String saved = named.conceal("a t0ken-value b t0ken-value-2 c dDBrZW4tdmFsdWU=");

    assertThat(saved).isEqualTo("a ***{API} b ***{LONGER} c ***");
    assertThat(named.reveal(saved)).isEqualTo("a t0ken-value b t0ken-value-2 c ***");
    assertThat(named.hides("x t0ken-value")).isTrue();
    assertThat(named.hides("x")).isFalse();
  }

  @Test
  void jsonStaysJson() {
    var numeric = new SecretMasker(List.of("1234", "name-secret"));
    var json = Json.parse("{\"name-secret\":[12345,7,true,null,\"x 1234\"],\"b\":{\"c\":1.5}}");

    assertThat(numeric.mask(json).toString())
        .isEqualTo("{\"***\":[\"***5\",7,true,null,\"x ***\"],\"b\":{\"c\":1.5}}");
  }
}
