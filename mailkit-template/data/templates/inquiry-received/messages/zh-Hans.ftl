subject = 您的来信已收到：{ $topic }（{ $reference }）
preheader = { $department }将在 { hours }内给您答复。

salutation = { $recipient ->
    [none] 尊敬的客户：
   *[named] 尊敬的{ $recipient }：
}
greeting = { $day-period ->
    [morning1] 早上好
    [morning2] 上午好
    [afternoon1] 中午好
    [afternoon2] 下午好
    [evening1] 晚上好
   *[neutral] 您好
}
thanks = { greeting }！感谢您联系{ $company }。您的来信我们已经收到，很高兴能为您服务。

topic-line = 来信主题：{ $topic }
reference-line = 我方编号：{ $reference }

next-step = 我公司{ $department }正在处理您的需求，将在 { hours }内由专人给您答复。
keep-reference = 如需补充信息，请直接回复本邮件，并注明我方编号。
hours = { $sla ->
   *[other] { $sla } 小时
}

closing = 顺祝商祺！
phone-line = 电话：{ $phone }
automatic-note = 本邮件为系统自动发送的收件确认，您的来信将由我们的工作人员亲自答复。
