"""jupyter_kernel_test's suite, for all that the kernel declares: with IPython and with Python alone."""

import unittest

import jupyter_kernel_test as jkt


class Common(jkt.KernelTests):
    language_name = "python"
    file_extension = ".py"
    code_hello_world = "print('hello, world')"
    code_stderr = "import sys; print('test', file=sys.stderr)"
    complete_code_samples = ["1", "print('hello, world')", "def f(x):\n  return x*2\n\n\n"]
    incomplete_code_samples = ["print('''hello", "def f(x):\n  x*2"]
    invalid_code_samples = ["import = 7q"]
    code_generate_error = "raise"
    code_execute_result = [
        {"code": "1+2+3", "result": "6"},
        {"code": "[n*n for n in range(1, 4)]", "result": "[1, 4, 9]"},
    ]
    code_history_pattern = "1?2*"
    supported_history_operations = ("tail", "range", "search")
    code_inspect_sample = "print"


class WithIPython(Common):
    kernel_name = "spindle"
    completion_samples = [{"text": "zi", "matches": {"zip"}}]
    code_page_something = "print?"
    code_clear_output = "from IPython.display import clear_output; clear_output()"
    code_display_data = [
        {"code": "from IPython.display import HTML, display; display(HTML('<b>test</b>'))", "mime": "text/html"},
        {"code": "from IPython.display import Math, display; display(Math('\\frac{1}{2}'))", "mime": "text/latex"},
    ]


class Plain(Common):
    kernel_name = "spindle-plain"
    completion_samples = [{"text": "zi", "matches": {"zip"}}, {"text": "[].appe", "matches": set()}]
    code_clear_output = "clear_output()"
    code_display_data = [
        {"code": "class A:\n  def _repr_html_(self): return '<b>test</b>'\ndisplay(A())", "mime": "text/html"},
    ]


class Welcome(jkt.IopubWelcomeTests):
    kernel_name = "spindle"
    support_iopub_welcome = True


del Common

if __name__ == "__main__":
    unittest.main()
