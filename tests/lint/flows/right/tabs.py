# Tabs as indentation, as some editors write them.
from metaflow import FlowSpec, step


class TabbedFlow(FlowSpec):
	@step
	def start(self):
		self.items = [1, 2]
		self.next(self.work, foreach='items')

	@step
	def work(self):
		if self.input > 1:
			self.big = True
		else:
			self.big = False
		self.next(self.join)

	@step
	def join(self, inputs):
		self.any_big = any(i.big for i in inputs)
		self.next(self.end)

	@step
	def end(self):
		print(self.any_big)


if __name__ == '__main__':
	TabbedFlow()
