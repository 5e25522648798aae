package dev.prodigy.workflow.expression;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShellTemplateTest {
  private final Rendered it = new Rendered();

  @Test
  void awkKeepsItsFields() throws IOException {
    it.with("ARG_1", "q").with("ARG", "q");

    assertThat(it.run("printf 'a b\\n' | awk '{print $2}'")).isEqualTo("b");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "arr=(1 2); echo ${arr[1]} ${#arr[@]}",
        "echo ${PATH%%:*} ${1:-x} ${v:?gone} ${v-x} \\$v '\\$v' $(( 1 << 2 ))",
        "arr+=(1); echo ${arr[*]} ${arr[0]}; echo ${file:0:3} ${date:+x} ${uuid:=y}",
        "true && \\\n x=4; echo $x",
        "cat <<EOF\nit's $HOME\nEOF\necho 'x'",
        "x=1; y+=2; readonly z; echo $x $y $z ${x:-3}",
      })
  void whatTheShellExpandsReachesItUnchanged(String text) {
    it.with("v", "ours").with("x", "1").with("y", "1").with("z", "1");
    String shellOnly = text.replace("${v:?gone}", "${u:?gone}").replace("${v-x}", "${u-x}");

    assertThat(it.shell(shellOnly)).isEqualTo(shellOnly);
    assertThat(it.warnings).isEmpty();
  }

  @Test
  void environmentNamesAreLeftToTheShell() throws IOException {
    it.withEnvironment("PORT", "9000").with("item", "i");

    assertThat(it.shell("echo ${PORT:-8080} $PORT")).isEqualTo("echo ${PORT:-8080} $PORT");
    assertThat(it.run("echo ${PORT:-8080}")).isEqualTo("9000");
    assertThat(it.shell("echo ${NONE:-<${item}>}")).isEqualTo("echo ${NONE:-<i>}");
    assertThat(it.shell("echo ${PORT|upper}${env.PORT}")).isEqualTo("echo 90009000");
    assertThat(it.warnings).isEmpty();
  }

  @Test
  void variablesOfOursWithADefaultAreReplaced() {
    it.with("v", "x").with("empty", "");

    assertThat(it.shell("${v:-d} ${empty:-d} $v")).isEqualTo("x d x");
  }

  @Test
  void anEscapedDollarReachesTheShellEscaped() throws IOException {
    it.with("HOME", "ours");

    assertThat(it.run("echo \\$HOME")).isEqualTo("$HOME");
    assertThat(it.run("echo \\\\$HOME")).isEqualTo("\\ours");
  }

  @Test
  void namesTheTextAssignsAreTheShells() throws IOException {
    it.with("item", "ours").with("line", "ours").with("n", "ours");

    assertThat(it.run("for item in a b; do echo $item; done")).isEqualTo("a\nb");
    assertThat(it.run("echo $item; item=1; echo ${item}")).isEqualTo("ours\n1");
    assertThat(it.run("printf 'q\\n' | while IFS= read -r line; do echo $line; done"))
        .isEqualTo("q");
    assertThat(it.run("n=$(echo $n-x); echo $n")).isEqualTo("ours-x");
    assertThat(it.run("if true; then item=2; fi; echo ${item:-0} ${item|upper}"))
        .isEqualTo("2 OURS");
    assertThat(it.run("f() { local n; n=5; echo $n; }; f")).isEqualTo("5");
    assertThat(it.run("case x in x) n=7;; esac; echo $n")).isEqualTo("7");
    assertThat(it.run("sh -c 'item=9; echo $item'; echo $item")).isEqualTo("9\nours");
  }

  @Test
  void argumentsThatOnlyLookLikeAssignmentsAreNot() {
    it.with("item", "ours");

    assertThat(it.shell("make item=$item all $item")).isEqualTo("make item=ours all ours");
    assertThat(it.shell("echo 'item=1' \"item=2\" --item=3 $item"))
        .isEqualTo("echo 'item=1' \"item=2\" --item=3 ours");
    assertThat(it.shell("cmd > item; # item=1\necho $item"))
        .isEqualTo("cmd > item; # item=1\necho ours");
    assertThat(it.shell("echo ${#item} ${item:0:1}; echo $item"))
        .isEqualTo("echo ${#item} ${item:0:1}; echo ours");
  }

  @Test
  void singleQuotesStaySafe() throws IOException {
    it.with("v", "it's");

    assertThat(it.run("echo ${v|sh}")).isEqualTo("it's");
    assertThat(it.run("echo '${v}'")).isEqualTo("it's");
    assertThat(it.run("echo \"$v '${v}'\"")).isEqualTo("it's 'it's'");
    assertThat(it.run("x=$(echo '${v}'); echo \"$x\" '$v' # '$v")).isEqualTo("it's it's");
    assertThat(it.run("echo \"$(printf '%s' '${v}')\" '${u.x:-a'b}'")).isEqualTo("it's a'b");
    assertThat(it.run("cat <<'EOF'\n'$v\nEOF\necho '$v'")).isEqualTo("'it's\nit's");
    assertThat(it.run("case a in a) echo '$v';; esac")).isEqualTo("it's");
    assertThat(it.run("echo `echo '$v' | tr s S`")).isEqualTo("it'S");
    assertThat(it.run("echo \"${NONE:-it's}\" '$v'")).isEqualTo("it's it's");
  }

  @Test
  void unbalancedTextGetsValuesRaw() {
    it.with("v", "it's");

    assertThat(it.shell("echo '${v} \"")).isEqualTo("echo 'it's \"");
    assertThat(it.shell("echo \"$(x '${v}'")).isEqualTo("echo \"$(x 'it's'");
  }

  @Test
  void jsonSurvivesTheShellWhateverItHolds() throws IOException {
    String json = "[{\"output\":\"it's\\n\\\"a\\\\b\\\"\\t$x `y`\"}]";
    it.withJson("map.results", json);

    assertThat(it.run("echo '${map.results}'"))
        .isEqualTo("[{\"output\":\"it's\\u000a\\u0022a\\u005cb\\u0022\\u0009$x `y`\"}]");
    assertThat(it.run("echo '${map.results:json}' ${map.results[0].output:json|sh}"))
        .contains("\\u000a\\u0022a\\u005cb");
  }

  @Test
  void listsBecomeShellWords() throws IOException {
    it.withJson("v", "[\"a b\",\"it's\",3]");

    assertThat(it.run("printf '<%s>' ${v|sh}")).isEqualTo("<a b><it's><3>");
  }

  @Test
  void itemsAreReachedAtAnyDepth() throws IOException {
    it.withJson("item", "{\"a\":{\"b\":[7]}}");

    assertThat(it.run("test ${item.a.b[0]} = 7 && echo yes")).isEqualTo("yes");
    it.withJson("item", "{\"item\":\"x\"}");
    assertThat(it.run("echo '${item}' ${item.item}")).isEqualTo("{\"item\":\"x\"} x");
  }

  @Test
  void strictRenderingExemptsWhatTheShellMayKnow() {
    assertThat(
            Template.parse("echo $x ${y} ${z:-1} ${a.b:-2}", Template.Kind.SHELL)
                .render(it.variables, it.strict()))
        .isEqualTo("echo $x ${y} ${z:-1} 2");
  }
}
